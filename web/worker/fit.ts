import type { CoreFitOptions, CoreFitPlan, CoreFold, CoreResult, CoreSession } from './core.js';
import type { Context } from './dispatcher.js';
import { asFailure, invoke } from './failure.js';
import { Progress } from './progress.js';
import type { FitOutcome } from './protocol.js';
import { type SampleImages, ViewMaker } from './views.js';

/** Trains the head, one mini-batch at a time. */
export async function fitHead(
  session: CoreSession,
  options: CoreFitOptions,
  images: SampleImages,
  context: Context,
): Promise<FitOutcome> {
  const plan = invoke(() => session.fitBegin(options));
  const views = new ViewMaker(session, plan.withoutViews, images, context);
  await endAfter(
    () => session.fitEnd(),
    () => runSteps(session, options.epochs, plan, views, context),
  );
  const { trainSamples, validationSamples } = plan;
  return { trainSamples, validationSamples, failedViews: views.failed };
}

/** Trains and scores a head for each fold. */
export async function crossValidate(
  session: CoreSession,
  options: CoreFitOptions,
  folds: number,
  images: SampleImages,
  context: Context,
): Promise<CoreFold[]> {
  const withoutViews = invoke(() => session.crossValidationBegin(options, folds));
  const views = new ViewMaker(session, withoutViews, images, context);
  return endAfter(
    () => session.crossValidationEnd(),
    async () => {
      await views.makeAll();
      return runFolds(session, folds, context);
    },
  );
}

/** Does the work and calls `end` even if it fails, unless the core has crashed. */
async function endAfter<T>(end: () => CoreResult<null>, work: () => Promise<T>): Promise<T> {
  const result = await work().catch((error) => {
    if (asFailure(error).code !== 'crashed') invoke(end);
    throw error;
  });
  invoke(end);
  return result;
}

async function runFolds(
  session: CoreSession,
  count: number,
  context: Context,
): Promise<CoreFold[]> {
  let progress: Progress | null = null;
  for (;;) {
    await context.pause();
    const { done, total, folds } = invoke(() => session.crossValidationStep());
    progress ??= new Progress(context, 'fit', total);
    const fold = Math.min(folds.length + 1, count);
    await progress.advance(done - progress.done, `fold ${fold} of ${count}`);
    if (folds.length === count) return folds;
  }
}

async function runSteps(
  session: CoreSession,
  epochs: number,
  { stepsPerEpoch }: CoreFitPlan,
  views: ViewMaker,
  context: Context,
): Promise<void> {
  const progress = new Progress(context, 'fit', stepsPerEpoch * epochs);
  const makeViews = async (epochsDone: number) => {
    await views.makeDue(epochsDone, epochs);
    progress.resume();
  };
  let epoch = 1;
  await makeViews(0);
  for (;;) {
    await context.pause();
    const { epochEnd, done } = invoke(() => session.fitStep());
    await progress.advance(1, `epoch ${epoch}`);
    if (epochEnd) {
      const { secondsLeft } = progress;
      await context.report({ ...epochEnd, kind: 'epoch', epochs, secondsLeft });
      epoch = epochEnd.epoch + 1;
    }
    if (done) return;
    if (epochEnd) await makeViews(epochEnd.epoch);
  }
}
