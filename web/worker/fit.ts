import type { CoreFitOptions, CoreFitPlan, CoreSession } from './core.js';
import type { Context } from './dispatcher.js';
import { asFailure, invoke } from './failure.js';
import { Progress } from './progress.js';

/** Trains the head, one mini-batch at a time; a cancel keeps the weights reached so far. */
export async function fitHead(
  session: CoreSession,
  options: CoreFitOptions,
  context: Context,
): Promise<CoreFitPlan> {
  const plan = invoke(() => session.fitBegin(options));
  try {
    await runSteps(session, options.epochs, plan, context);
  } catch (error) {
    if (asFailure(error).code !== 'crashed') invoke(() => session.fitEnd());
    throw error;
  }
  invoke(() => session.fitEnd());
  return plan;
}

async function runSteps(
  session: CoreSession,
  epochs: number,
  { stepsPerEpoch }: CoreFitPlan,
  context: Context,
): Promise<void> {
  const progress = new Progress(context, 'fit', stepsPerEpoch * epochs);
  let epoch = 0;
  for (;;) {
    await context.pause();
    const step = invoke(() => session.fitStep());
    await progress.advance(1, `epoch ${epoch + 1}`);
    if (step.epochEnd) {
      epoch += 1;
      const { secondsLeft } = progress;
      await context.report({ ...step.epochEnd, kind: 'epoch', epoch, epochs, secondsLeft });
    }
    if (step.done) return;
  }
}
