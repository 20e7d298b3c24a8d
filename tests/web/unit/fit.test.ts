import { describe, expect, it, vi } from 'vitest';
import { resolveFitOptions } from '../../../web/lib/fit-options.js';
import { record } from '../../../web/lib/trainer.js';
import type { CoreEpoch } from '../../../web/worker/core.js';
import { cancelled, Failure } from '../../../web/worker/failure.js';
import { crossValidate, fitHead } from '../../../web/worker/fit.js';
import type { EpochEvent } from '../../../web/worker/protocol.js';
import { contextOf, ok, refuse, scriptedSession } from './scripted-core.js';

const stepsPerEpoch = 3;
const options = resolveFitOptions({ epochs: 2, batchSize: 8, validationSplit: 0 });
const plan = { trainSamples: 24, validationSamples: 0, stepsPerEpoch, withoutViews: [] };
const noImages = { nameOf: () => '', load: async () => {} };
const values: CoreEpoch = {
  epoch: 1,
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
      const epoch = step / stepsPerEpoch;
      const epochEnd = Number.isInteger(epoch) ? { ...values, epoch } : null;
      return ok({ epochEnd, done: step === epochs * stepsPerEpoch });
    }),
    fitEnd: vi.fn(() => ok(null)),
  };
}

describe('fitHead', () => {
  it('runs every mini-batch and reports every epoch', async () => {
    const session = training(2);
    const { events, context } = contextOf();
    expect(await fitHead(scriptedSession(session), options, noImages, context)).toEqual({
      ...{ trainSamples: 24, validationSamples: 0, failedViews: [] },
    });
    expect(session.fitStep).toHaveBeenCalledTimes(6);
    expect(session.fitEnd).toHaveBeenCalledTimes(1);
    const epochs = events.filter((event): event is EpochEvent => event.kind === 'epoch');
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(epochs[0]).toMatchObject({ epochs: 2, loss: 1, accuracy: 0.5, valLoss: null });
  });

  it('trains between the views, and reports images without', async () => {
    const calls: string[] = [];
    const session = {
      ...training(10),
      fitBegin: () => ok({ ...plan, withoutViews: [1, 2].map((id) => ({ id, missing: 1 })) }),
      addView: vi.fn(() => ok(0)),
    };
    const images = {
      nameOf: (id: number) => `${id}.jpg`,
      async load(id: number) {
        calls.push(`${id} after ${session.fitStep.mock.calls.length} steps`);
        if (id === 2) throw new Failure('unreadable-file', 'Gone.');
      },
    };
    const { context } = contextOf();
    const outcome = await fitHead(
      scriptedSession(session),
      { ...options, epochs: 10 },
      images,
      context,
    );
    expect(calls).toEqual(['1 after 3 steps', '2 after 6 steps']);
    expect(outcome.failedViews).toMatchObject([{ id: 2, name: '2.jpg', code: 'unreadable-file' }]);
  });

  it('ends the training when it is cancelled', async () => {
    const session = training(2);
    let pauses = 0;
    const { context } = contextOf(async () => {
      pauses += 1;
      if (pauses > 4) throw cancelled();
    });
    const fit = fitHead(scriptedSession(session), options, noImages, context);
    await expect(fit).rejects.toMatchObject({ code: 'aborted' });
    expect(session.fitStep).toHaveBeenCalledTimes(4);
    expect(session.fitEnd).toHaveBeenCalledTimes(1);
  });

  it('ends the training when a step fails', async () => {
    const session = { ...training(2), fitStep: () => refuse('diverged') };
    const fit = fitHead(scriptedSession(session), options, noImages, contextOf().context);
    await expect(fit).rejects.toMatchObject({ code: 'diverged' });
    expect(session.fitEnd).toHaveBeenCalledTimes(1);
  });

  it('leaves a crashed core alone', async () => {
    const fitStep = () => {
      throw new WebAssembly.RuntimeError('unreachable');
    };
    const session = { ...training(2), fitStep };
    const fit = fitHead(scriptedSession(session), options, noImages, contextOf().context);
    await expect(fit).rejects.toMatchObject({ code: 'crashed' });
    expect(session.fitEnd).not.toHaveBeenCalled();
  });
});

describe('crossValidate', () => {
  const fold = { accuracy: 0.5, loss: 1, images: 8 };

  /** Two folds, of which the second ends early. */
  function validating() {
    const steps = [
      { done: 1, total: 10, folds: [] },
      { done: 5, total: 10, folds: [fold] },
      { done: 6, total: 10, folds: [fold] },
      { done: 10, total: 10, folds: [fold, fold] },
    ];
    return {
      crossValidationBegin: vi.fn(() => ok([])),
      crossValidationStep: vi.fn(() => {
        const step = steps.shift();
        return step ? ok(step) : refuse('too many steps');
      }),
      crossValidationEnd: vi.fn(() => ok(null)),
    };
  }

  it('runs until every fold is scored', async () => {
    const session = validating();
    const { events, context } = contextOf();
    expect(await crossValidate(scriptedSession(session), options, 2, noImages, context)).toEqual([
      fold,
      fold,
    ]);
    expect(session.crossValidationBegin).toHaveBeenCalledWith(options, 2);
    expect(session.crossValidationEnd).toHaveBeenCalledTimes(1);
    expect(events.at(-1)).toMatchObject({ phase: 'fit', done: 10, total: 10, name: 'fold 2 of 2' });
  });

  it('ends when it is cancelled', async () => {
    const session = validating();
    const { context } = contextOf(async () => {
      throw cancelled();
    });
    const call = crossValidate(scriptedSession(session), options, 2, noImages, context);
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
    expect(session.crossValidationStep).not.toHaveBeenCalled();
    expect(session.crossValidationEnd).toHaveBeenCalledTimes(1);
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
