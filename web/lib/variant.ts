import { TrainerError } from './errors.js';
import type { Pooling, Variant } from './types.js';

/** What the choice of a variant depends on. */
export interface Capabilities {
  crossOriginIsolated: boolean;
  sharedArrayBuffer: boolean;
  simd: boolean;
  relaxedSimd: boolean;
  /** Logical processors. */
  processors: number;
}

/** What the caller asked for. */
export interface VariantRequest {
  variant?: Variant;
  threads?: number;
  pooling?: Pooling;
}

export interface VariantChoice {
  variant: Variant;
  threads: number;
  /** Why this is not the fastest variant; null when it is. */
  reason: string | null;
}

const defaultThreadLimit = 8;

const notIsolated =
  'this page is not cross-origin isolated: its server does not send the headers ' +
  'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp';
const needsMemory =
  'features that are not pooled need more memory than the builds with threads have';
const noSharedMemory = 'this browser has no shared memory';
const noRelaxedSimd =
  'Runs without relaxed SIMD, which this browser lacks; a newer one may be faster.';

/** Chooses the fastest variant that is possible, or the one asked for. */
export function chooseVariant(can: Capabilities, request: VariantRequest = {}): VariantChoice {
  if (!can.simd) {
    throw new TrainerError(
      'unsupported-browser',
      'This browser has no WebAssembly SIMD. Use Chrome or Edge 91, Firefox 89, Safari 16.4, or newer.',
    );
  }
  return request.variant
    ? forcedVariant(can, request.variant, request.threads)
    : fastestVariant(can, request);
}

function fastestVariant(
  can: Capabilities,
  { threads = defaultThreads(can), pooling }: VariantRequest,
): VariantChoice {
  const obstacle = threads > 1 ? (pooling === 'none' ? needsMemory : threadObstacle(can)) : null;
  const threaded = threads > 1 && obstacle === null;
  return {
    variant: `${can.relaxedSimd ? 'relaxed' : 'simd'}-${threaded ? 'threads' : 'single'}`,
    threads: threaded ? threads : 1,
    reason: obstacle ? oneThread(obstacle) : can.relaxedSimd ? null : noRelaxedSimd,
  };
}

function forcedVariant(can: Capabilities, variant: Variant, requested?: number): VariantChoice {
  if (variant.startsWith('relaxed') && !can.relaxedSimd) {
    throw new TrainerError(
      'unsupported-browser',
      `The variant '${variant}' needs relaxed SIMD, which this browser lacks. ` +
        'Leave the variant out, or pass one that begins with simd.',
    );
  }
  if (variant.endsWith('single')) {
    if (requested === undefined || requested === 1) return { variant, threads: 1, reason: null };
    throw new TrainerError(
      'invalid-argument',
      `The variant '${variant}' has one thread, and threads is ${requested}. Leave one of them out.`,
    );
  }
  const obstacle = threadObstacle(can);
  if (obstacle === null)
    return { variant, threads: requested ?? defaultThreads(can), reason: null };
  throw new TrainerError(
    'unsupported-browser',
    `The variant '${variant}' is not possible, because ${obstacle}.`,
  );
}

function defaultThreads({ processors }: Capabilities): number {
  return Math.max(1, Math.min(processors, defaultThreadLimit));
}

function threadObstacle(can: Capabilities): string | null {
  if (!can.crossOriginIsolated) return notIsolated;
  return can.sharedArrayBuffer ? null : noSharedMemory;
}

/** Errors that plain SIMD may not have, and what they say of relaxed SIMD. */
const relaxedSimdTrouble: Record<string, string> = {
  'compile-failed': 'the browser refused that build',
  'self-test-failed': 'it computed wrong numbers in a test on this device',
};

/** The choice after `failed` did not start with this error code; null when there is none left. */
export function nextVariant(failed: VariantChoice, code: string): VariantChoice | null {
  const [simd, threading] = failed.variant.split('-');
  if (simd === 'relaxed' && code in relaxedSimdTrouble) {
    const variant = threading === 'threads' ? 'simd-threads' : 'simd-single';
    const reason = `Runs without relaxed SIMD, because ${relaxedSimdTrouble[code]}.`;
    return { variant, threads: failed.threads, reason: failed.reason ?? reason };
  }
  if (threading !== 'threads') return null;
  return {
    variant: simd === 'relaxed' ? 'relaxed-single' : 'simd-single',
    threads: 1,
    reason: oneThread('the build with threads did not start in this browser'),
  };
}

/** The choice as it came to run: a device may refuse some of the threads. */
export function withThreads(choice: VariantChoice, threads: number): VariantChoice {
  if (threads === choice.threads) return choice;
  const reason = `Runs with ${threads} of ${choice.threads} threads; the device refused more.`;
  return { ...choice, threads, reason };
}

function oneThread(cause: string): string {
  return `Runs on one thread, because ${cause}.`;
}
