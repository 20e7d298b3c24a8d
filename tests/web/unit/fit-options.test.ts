import { describe, expect, it } from 'vitest';
import { resolveCrossValidateOptions, resolveFitOptions } from '../../../web/lib/fit-options.js';
import type { CrossValidateOptions, FitOptions } from '../../../web/lib/types.js';

describe('resolveFitOptions', () => {
  it('fills in the documented defaults', () => {
    expect(resolveFitOptions({})).toEqual({
      epochs: 50,
      augment: null,
      batchSize: 16,
      learningRate: 1e-4,
      validationSplit: 0.2,
      seed: 1,
      layers: [{ type: 'dense', units: 1024, activation: 'relu', l2: 0 }],
      optimizer: { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0 },
      schedule: { type: 'constant' },
      earlyStopping: null,
      balanceClasses: false,
      labelSmoothing: 0,
      mixup: 0,
      standardize: false,
      groupDuplicates: true,
      calibrate: true,
      knownShare: 0.95,
      fresh: false,
    });
  });

  it('keeps what is given', () => {
    const options = { epochs: 3, validationSplit: 0, seed: 0, mixup: 0.2, fresh: true };
    expect(resolveFitOptions({ ...options, head: { units: [] } })).toMatchObject({
      ...options,
      layers: [],
    });
  });

  it('knows the presets, and lets options win over them', () => {
    const extracted = resolveFitOptions({ head: 'extracted' });
    expect(extracted).toMatchObject({ epochs: 10, learningRate: 1e-3, layers: [{ units: 128 }] });
    expect(resolveFitOptions({ head: 'regression', epochs: 7 })).toMatchObject({
      epochs: 7,
      layers: [],
    });
  });

  it('fills in the defaults of layers, optimizers and schedules', () => {
    const resolved = resolveFitOptions({
      head: [{ type: 'batchNormalization' }, { type: 'dense', units: 8, l2: 0.01 }],
      optimizer: 'adamw',
      schedule: { type: 'reduceOnPlateau', patience: 3 },
      earlyStopping: {},
      classWeight: 'balanced',
    });
    expect(resolved.layers).toEqual([
      { type: 'batchNormalization', momentum: 0.99, epsilon: 1e-3 },
      { type: 'dense', units: 8, activation: 'relu', l2: 0.01 },
    ]);
    expect(resolved.optimizer).toMatchObject({ type: 'adam', weightDecay: 0.004 });
    expect(resolved.schedule).toMatchObject({ factor: 0.1, patience: 3 });
    expect(resolved.earlyStopping).toEqual({ patience: 5, minDelta: 0 });
    expect(resolved.balanceClasses).toBe(true);
  });

  it('takes what suits the features, unless told', () => {
    const defaults = { standardize: true, head: 'extracted' } as const;
    expect(resolveFitOptions({}, defaults)).toMatchObject({
      standardize: true,
      layers: [{ units: 128 }],
      learningRate: 1e-3,
      epochs: 10,
    });
    expect(resolveFitOptions({ standardize: false, head: 'regression' }, defaults)).toMatchObject({
      standardize: false,
      layers: [],
    });
  });

  it.each([
    [{ epochs: 0 }, 'epochs must be a whole number from 1 to 10000, not 0.'],
    [{ epochs: '5' }, "epochs must be a whole number from 1 to 10000, not '5'."],
    [{ batchSize: 1.5 }, 'batchSize must be a whole number from 1 to 4096, not 1.5.'],
    [{ learningRate: Number.NaN }, 'learningRate must be a number from 1e-9 to 1, not NaN.'],
    [{ validationSplit: 1 }, 'validationSplit must be a number from 0 to 0.9, not 1.'],
    [{ seed: -1 }, 'seed must be a whole number from 0 to 4294967295, not -1.'],
    [{ head: { units: [0] } }, 'units must be a whole number from 1 to 8192, not 0.'],
    [{ head: [64] }, "a layer's type must be one of dense, dropout, batchNormalization, not 64."],
    [{ head: [{ type: 'conv' }] }, "a layer's type must be one of"],
    [{ head: [{ type: 'dense', units: 4, rate: 1 }] }, "a dense layer has no option 'rate'."],
    [{ head: [{ type: 'dropout', rate: 1 }] }, 'rate must be a number from 0 to 0.99, not 1.'],
    [{ head: { units: [8], dropout: 1 } }, "head has no option 'dropout'."],
    [{ head: 'big' }, 'head must be one of pooled, extracted, regression'],
    [{ optimizer: 'rmsprop' }, 'optimizer must be one of adam, adamw, sgd'],
    [{ optimizer: { type: 'sgd', beta1: 1 } }, "the optimizer sgd has no option 'beta1'."],
    [{ schedule: 'step' }, 'schedule must be one of constant, cosineDecay, reduceOnPlateau'],
    [{ earlyStopping: 5 }, 'earlyStopping must be { patience: 5 } or the like, not 5.'],
    [{ classWeight: { cat: 2 } }, 'classWeight must be one of balanced'],
    [{ standardize: 'yes' }, "standardize must be true or false, not 'yes'."],
    [{ groupDuplicates: 1 }, 'groupDuplicates must be true or false, not 1.'],
    [{ calibrate: 2 }, 'calibrate must be true or false, not 2.'],
    [{ knownShare: 0.2 }, 'knownShare must be a number from 0.5 to 1, not 0.2.'],
    [{ epoch: 3 }, "fit has no option 'epoch'. Its options are epochs,"],
    [{ signal: 'stop' }, 'signal must be an AbortSignal.'],
    [{ onEpoch: true }, 'onEpoch must be a function, not true.'],
  ])('refuses %o', (options, message) => {
    const call = () => resolveFitOptions(options as unknown as FitOptions);
    expect(call).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    expect(call).toThrow(message);
  });
});

describe('resolveCrossValidateOptions', () => {
  it('takes the options of a fit, and 5 folds', () => {
    expect(resolveCrossValidateOptions({})).toEqual({ fit: resolveFitOptions({}), folds: 5 });
    const resolved = resolveCrossValidateOptions(
      { folds: 3, head: 'regression' },
      { standardize: true, head: 'pooled' },
    );
    expect(resolved.folds).toBe(3);
    expect(resolved.fit).toMatchObject({ layers: [], standardize: true, fresh: false });
  });

  it.each([
    [{ folds: 1 }, 'folds must be a whole number from 2 to 100, not 1.'],
    [{ fresh: true }, "crossValidate has no option 'fresh'."],
    [{ epochs: 0 }, 'epochs must be a whole number from 1 to 10000, not 0.'],
  ])('refuses %o', (options, message) => {
    const call = () => resolveCrossValidateOptions(options as unknown as CrossValidateOptions);
    expect(call).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    expect(call).toThrow(message);
  });
});
