import { describe, expect, it } from 'vitest';
import {
  type Capabilities,
  chooseVariant,
  nextVariant,
  withThreads,
} from '../../../web/lib/variant.js';

const everything: Capabilities = {
  crossOriginIsolated: true,
  sharedArrayBuffer: true,
  simd: true,
  relaxedSimd: true,
  processors: 4,
};

describe('chooseVariant', () => {
  it('takes one thread for features that are not pooled', () => {
    expect(chooseVariant(everything, { pooling: 'none' })).toEqual({
      variant: 'relaxed-single',
      threads: 1,
      reason: expect.stringMatching(/not pooled need more memory/),
    });
    expect(chooseVariant(everything, { pooling: 'max' }).threads).toBe(4);
    const forced = { pooling: 'none', variant: 'relaxed-threads' } as const;
    expect(chooseVariant(everything, forced).threads).toBe(4);
  });

  it.each([
    { can: {}, variant: 'relaxed-threads', threads: 4, reason: null },
    { can: { processors: 32 }, variant: 'relaxed-threads', threads: 8, reason: null },
    { can: { processors: 1 }, variant: 'relaxed-single', threads: 1, reason: null },
    {
      can: { crossOriginIsolated: false },
      variant: 'relaxed-single',
      threads: 1,
      reason: /COEP|Embedder/,
    },
    {
      can: { sharedArrayBuffer: false },
      variant: 'relaxed-single',
      threads: 1,
      reason: /shared memory/,
    },
    { can: { relaxedSimd: false }, variant: 'simd-threads', threads: 4, reason: /relaxed SIMD/ },
    {
      can: { relaxedSimd: false, crossOriginIsolated: false },
      variant: 'simd-single',
      threads: 1,
      reason: /one thread/,
    },
  ])('takes $variant with $can', ({ can, variant, threads, reason }) => {
    const choice = chooseVariant({ ...everything, ...can });
    expect(choice).toMatchObject({ variant, threads });
    if (reason === null) expect(choice.reason).toBeNull();
    else expect(choice.reason).toMatch(reason);
  });

  it('takes the number of threads asked for', () => {
    expect(chooseVariant(everything, { threads: 3 })).toMatchObject({ threads: 3 });
    const one = { variant: 'relaxed-single', threads: 1, reason: null };
    expect(chooseVariant(everything, { threads: 1 })).toEqual(one);
  });

  it('says why the threads asked for are not there', () => {
    const choice = chooseVariant({ ...everything, crossOriginIsolated: false }, { threads: 4 });
    expect(choice.threads).toBe(1);
    expect(choice.reason).toMatch(/Cross-Origin-Opener-Policy/);
  });

  it('takes the variant asked for', () => {
    for (const variant of ['relaxed-threads', 'simd-threads'] as const) {
      expect(chooseVariant(everything, { variant })).toEqual({ variant, threads: 4, reason: null });
    }
    for (const variant of ['relaxed-single', 'simd-single'] as const) {
      expect(chooseVariant(everything, { variant })).toEqual({ variant, threads: 1, reason: null });
    }
  });

  it.each([
    [{ simd: false }, {}, 'unsupported-browser'],
    [{ relaxedSimd: false }, { variant: 'relaxed-single' }, 'unsupported-browser'],
    [{ crossOriginIsolated: false }, { variant: 'simd-threads' }, 'unsupported-browser'],
    [{}, { variant: 'simd-single', threads: 2 }, 'invalid-argument'],
  ] as const)('refuses what is not possible: %o with %o', (can, request, code) => {
    expect(() => chooseVariant({ ...everything, ...can }, request)).toThrow(
      expect.objectContaining({ code }),
    );
  });
});

describe('nextVariant', () => {
  it.each([
    ['relaxed-threads', 'start-failed', 'relaxed-single', 1],
    ['simd-threads', 'start-failed', 'simd-single', 1],
    ['relaxed-threads', 'compile-failed', 'simd-threads', 4],
    ['relaxed-single', 'compile-failed', 'simd-single', 4],
    ['simd-threads', 'compile-failed', 'simd-single', 1],
    ['relaxed-threads', 'self-test-failed', 'simd-threads', 4],
    ['simd-threads', 'self-test-failed', 'simd-single', 1],
  ] as const)('after %s with %s comes %s', (variant, code, next, threads) => {
    const choice = nextVariant({ variant, threads: 4, reason: null }, code);
    expect(choice).toMatchObject({ variant: next, threads });
    expect(choice?.reason).toBeTruthy();
  });

  it('ends where nothing is left', () => {
    const single = { threads: 1, reason: null };
    expect(nextVariant({ ...single, variant: 'relaxed-single' }, 'start-failed')).toBeNull();
    expect(nextVariant({ ...single, variant: 'simd-single' }, 'compile-failed')).toBeNull();
  });
});

describe('withThreads', () => {
  it('tells of the threads that are missing', () => {
    const choice = { variant: 'relaxed-threads', threads: 4, reason: null } as const;
    expect(withThreads(choice, 4)).toEqual(choice);
    expect(withThreads(choice, 1)).toMatchObject({
      threads: 1,
      reason: expect.stringContaining('1 of 4'),
    });
  });
});
