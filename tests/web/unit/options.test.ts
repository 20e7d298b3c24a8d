import { describe, expect, it } from 'vitest';
import { checkTrainerOptions, resolveFitOptions } from '../../../web/lib/options.js';
import type { FitOptions, TrainerOptions } from '../../../web/lib/types.js';

describe('resolveFitOptions', () => {
  it('fills in the documented defaults', () => {
    expect(resolveFitOptions({})).toEqual({
      epochs: 50,
      batchSize: 16,
      learningRate: 1e-4,
      validationSplit: 0.2,
      seed: 1,
      head: { units: [1024] },
    });
  });

  it('keeps what is given', () => {
    const options = { epochs: 3, validationSplit: 0, seed: 0, head: { units: [] } };
    expect(resolveFitOptions(options)).toMatchObject(options);
  });

  it.each([
    [{ epochs: 0 }, 'epochs must be a whole number from 1 to 10000, not 0.'],
    [{ epochs: '5' }, "epochs must be a whole number from 1 to 10000, not '5'."],
    [{ batchSize: 1.5 }, 'batchSize must be a whole number from 1 to 4096, not 1.5.'],
    [{ learningRate: Number.NaN }, 'learningRate must be a number from 1e-9 to 1, not NaN.'],
    [{ validationSplit: 1 }, 'validationSplit must be a number from 0 to 0.9, not 1.'],
    [{ seed: -1 }, 'seed must be a whole number from 0 to 4294967295, not -1.'],
    [{ head: { units: [0] } }, 'head.units must be a whole number from 1 to 8192, not 0.'],
    [{ head: [64] }, 'head must be { units: [...] } with at most 4 hidden layers'],
    [{ head: { units: [8], dropout: 1 } }, "head has no option 'dropout'."],
    [{ epoch: 3 }, "fit has no option 'epoch'. Its options are epochs,"],
    [{ signal: 'stop' }, 'signal must be an AbortSignal.'],
    [{ onEpoch: true }, 'onEpoch must be a function, not true.'],
  ])('refuses %o', (options, message) => {
    const call = () => resolveFitOptions(options as unknown as FitOptions);
    expect(call).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    expect(call).toThrow(message);
  });
});

describe('checkTrainerOptions', () => {
  it('takes all that is documented', () => {
    checkTrainerOptions({});
    checkTrainerOptions({
      weights: new URL('http://localhost/w'),
      variant: 'simd-single',
      threads: 1,
      precision: 'int8',
      wasmUrl: '/wasm',
      workerUrl: '/worker.js',
      signal: new AbortController().signal,
      onProgress: () => {},
    });
  });

  it.each([
    [{ weights: 5 }, 'weights must be an address or a file (Blob), not 5.'],
    [{ variant: 'fast' }, 'variant must be one of relaxed-threads, '],
    [{ threads: 0 }, 'threads must be a whole number from 1 to 64, not 0.'],
    [{ precision: 'half' }, "precision must be one of auto, float32, int8, not 'half'."],
    [{ weight: '' }, "createTrainer has no option 'weight'."],
  ])('refuses %o', (options, message) => {
    expect(() => checkTrainerOptions(options as unknown as TrainerOptions)).toThrow(message);
  });
});
