import { describe, expect, it, vi } from 'vitest';
import { resolveFitOptions } from '../../../web/lib/fit-options.js';
import { record } from '../../../web/lib/trainer.js';
import type { CoreEpochEnd } from '../../../web/worker/core.js';
import { cancelled } from '../../../web/worker/failure.js';
import { fitHead } from '../../../web/worker/fit.js';
import type { EpochEvent } from '../../../web/worker/protocol.js';
import { contextOf, ok, refuse, scriptedSession } from './scripted-core.js';

const stepsPerEpoch = 3;
const options = resolveFitOptions({ epochs: 2, batchSize: 8, validationSplit: 0 });
const plan = { trainSamples: 24, validationSamples: 0, stepsPerEpoch };
const values: CoreEpochEnd = {
  epoch: 0,
  loss: 1,
  accuracy: 0.5,
  valLoss: null,
  valAccuracy: null,
  learningRate: 1e-4,
};

/** A session that trains for `epochs` and counts its calls. */
function training(epochs: number) {
  let step = 0;
  return {
    fitBegin: vi.fn(() => ok(plan)),
    fitStep: vi.fn(() => {
      step += 1;
      const epochEnd = step % stepsPerEpoch === 0 ? values : null;
      return ok({ epochEnd, done: step === epochs * stepsPerEpoch });
    }),
    fitEnd: vi.fn(() => ok(null)),
  };
}

describe('fitHead', () => {
  it('runs every mini-batch and reports every epoch, from 1', async () => {
    const session = training(2);
    const { events, context } = contextOf();
    expect(await fitHead(scriptedSession(session), options, context)).toEqual(plan);
    expect(session.fitStep).toHaveBeenCalledTimes(6);
    expect(session.fitEnd).toHaveBeenCalledTimes(1);
    const epochs = events.filter((event): event is EpochEvent => event.kind === 'epoch');
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(epochs[0]).toMatchObject({ epochs: 2, loss: 1, accuracy: 0.5, valLoss: null });
  });

  it('ends the training when it is cancelled', async () => {
    const session = training(2);
    let pauses = 0;
    const { context } = contextOf(async () => {
      pauses += 1;
      if (pauses > 4) throw cancelled();
    });
    const fit = fitHead(scriptedSession(session), options, context);
    await expect(fit).rejects.toMatchObject({ code: 'aborted' });
    expect(session.fitStep).toHaveBeenCalledTimes(4);
    expect(session.fitEnd).toHaveBeenCalledTimes(1);
  });

  it('ends the training when a step fails', async () => {
    const session = { ...training(2), fitStep: () => refuse('diverged') };
    const fit = fitHead(scriptedSession(session), options, contextOf().context);
    await expect(fit).rejects.toMatchObject({ code: 'diverged' });
    expect(session.fitEnd).toHaveBeenCalledTimes(1);
  });

  it('leaves a crashed core alone', async () => {
    const fitStep = () => {
      throw new WebAssembly.RuntimeError('unreachable');
    };
    const session = { ...training(2), fitStep };
    const fit = fitHead(scriptedSession(session), options, contextOf().context);
    await expect(fit).rejects.toMatchObject({ code: 'crashed' });
    expect(session.fitEnd).not.toHaveBeenCalled();
  });
});

describe('record', () => {
  const empty = () => ({ loss: [], accuracy: [], valLoss: [], valAccuracy: [], learningRate: [] });
  const epoch = {
    epoch: 1,
    epochs: 2,
    loss: 0.7,
    accuracy: 0.6,
    learningRate: 1e-4,
    secondsLeft: null,
  };
  const trained = { loss: [0.7], accuracy: [0.6], learningRate: [1e-4] };

  it('adds an epoch', () => {
    const history = empty();
    record(history, { ...epoch, valLoss: 0.8, valAccuracy: 0.5 });
    expect(history).toEqual({ ...trained, valLoss: [0.8], valAccuracy: [0.5] });
  });

  it('leaves out what was not validated', () => {
    const history = empty();
    record(history, { ...epoch, valLoss: null, valAccuracy: null });
    expect(history).toEqual({ ...trained, valLoss: [], valAccuracy: [] });
  });
});
