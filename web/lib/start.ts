import type { CoreInfo } from '../worker/core.js';
import { Connection } from './connection.js';
import { TrainerError } from './errors.js';
import type { Pooling } from './types.js';
import { nextVariant, type VariantChoice, withThreads } from './variant.js';

/** Longest wait for a sign of life; Emscripten's thread pool can hang without any error. */
const deadlineMs = 15000;

export interface StartOptions {
  choice: VariantChoice;
  pooling: Pooling;
  /** Whether another variant may be tried. */
  mayFallBack: boolean;
  wasmUrl: URL;
  workerUrl: URL;
  signal?: AbortSignal;
}

export interface Started {
  connection: Connection;
  choice: VariantChoice;
}

/** Starts the worker with the chosen variant, or with the next one that starts. */
export async function startCore(options: StartOptions): Promise<Started> {
  let choice: VariantChoice | null = options.choice;
  for (;;) {
    const connection = new Connection(options.workerUrl);
    try {
      const { threads } = await startVariant(connection, choice, options);
      return { connection, choice: withThreads(choice, threads) };
    } catch (error) {
      connection.close(error as Error);
      choice = options.mayFallBack ? fallback(choice, error) : null;
      if (!choice) throw error;
    }
  }
}

async function startVariant(
  connection: Connection,
  { variant, threads }: VariantChoice,
  { wasmUrl, workerUrl, pooling, signal }: StartOptions,
): Promise<CoreInfo> {
  await deadline(connection.ready(), `The worker ${workerUrl}`);
  await connection.run('compile', [new URL(`${variant}.mjs`, wasmUrl).href], { signal });
  const starting = connection.run('start', [threads, pooling], { signal });
  const info = await deadline(starting, `The variant ${variant}`);
  if (variant.startsWith(info.simd)) return info;
  throw new TrainerError('start-failed', `${wasmUrl}${variant} is a build with ${info.simd} SIMD.`);
}

/** The next variant, if the error is one that another variant may not have. */
function fallback(choice: VariantChoice, error: unknown): VariantChoice | null {
  if (!(error instanceof TrainerError) || error.code === 'network') return null;
  return nextVariant(choice, error.code);
}

function deadline<T>(promise: Promise<T>, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const message = `${what} gave no sign of life for ${deadlineMs / 1000} seconds.`;
    const late = () => reject(new TrainerError('start-failed', message));
    const timer = setTimeout(late, deadlineMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
