import { describe, expect, it } from 'vitest';
import { checkTrainerOptions } from '../../../web/lib/options.js';
import type { TrainerOptions } from '../../../web/lib/types.js';

describe('checkTrainerOptions', () => {
  it('takes all that is documented', () => {
    checkTrainerOptions({});
    checkTrainerOptions({ weights: { kept: 'a'.repeat(64) } });
    checkTrainerOptions({
      weights: new URL('http://localhost/w'),
      variant: 'simd-single',
      threads: 1,
      precision: 'int8',
      pooling: 'max',
      wasmUrl: '/wasm',
      workerUrl: '/worker.js',
      signal: new AbortController().signal,
      onProgress: () => {},
    });
  });

  it.each([
    [{ weights: 5 }, 'weights must be an address, a file (Blob) or { kept: sha256 }, not 5.'],
    [{ weights: { kept: 5 } }, 'weights must be an address, a file'],
    [{ variant: 'fast' }, 'variant must be one of relaxed-threads, '],
    [{ threads: 0 }, 'threads must be a whole number from 1 to 64, not 0.'],
    [{ precision: 'half' }, "precision must be one of auto, float32, int8, not 'half'."],
    [{ pooling: null }, 'pooling must be one of avg, max, none, not null.'],
    [{ weight: '' }, "createTrainer has no option 'weight'."],
  ])('refuses %o', (options, message) => {
    expect(() => checkTrainerOptions(options as unknown as TrainerOptions)).toThrow(message);
  });
});
