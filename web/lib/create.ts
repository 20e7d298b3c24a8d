import type { LoadedWeights } from '../worker/protocol.js';
import { detectCapabilities } from './capabilities.js';
import { abortError } from './errors.js';
import { checkTrainerOptions, isKept } from './options.js';
import { type Started, startCore } from './start.js';
import { reportProgress, WorkerTrainer } from './trainer.js';
import type { Pooling, Trainer, TrainerInfo, TrainerOptions } from './types.js';
import { chooseVariant, type VariantChoice } from './variant.js';
import { workerUrl } from './worker-url.js';

/** `createTrainer` for the module that lies at `moduleUrl`, beside which the other files lie. */
export async function createTrainerWith(
  options: TrainerOptions,
  moduleUrl: string,
): Promise<Trainer> {
  checkTrainerOptions(options);
  const { signal, onProgress, pooling = 'avg' } = options;
  if (signal?.aborted) throw abortError();
  const choice = chooseVariant(detectCapabilities(), options);
  onProgress?.({ phase: 'engine', done: 0, total: null, secondsLeft: null, name: choice.variant });
  const started = await startCore({
    ...{ choice, pooling },
    mayFallBack: options.variant === undefined,
    wasmUrl: resolve(options.wasmUrl, new URL('wasm/', moduleUrl), '/'),
    workerUrl: resolve(options.workerUrl, new URL(workerUrl, moduleUrl)),
    signal,
  });
  try {
    const weights = await loadWeights(started, options, moduleUrl);
    return new WorkerTrainer(started.connection, infoOf(started.choice, pooling, weights));
  } catch (error) {
    started.connection.close(error as Error);
    throw error;
  }
}

async function loadWeights(
  { connection }: Started,
  options: TrainerOptions,
  moduleUrl: string,
): Promise<LoadedWeights> {
  const { weights, precision = 'auto', signal } = options;
  const source =
    weights instanceof Blob || isKept(weights)
      ? weights
      : weights !== undefined
        ? resolve(weights, new URL(moduleUrl)).href
        : await defaultWeights(precision, moduleUrl);
  return connection.run('loadWeights', [source, precision], {
    signal,
    onEvent: (event) => reportProgress(event, options),
  });
}

/** The smaller file of the default weights unless float32 is asked for; a site need not have one. */
async function defaultWeights(
  precision: TrainerOptions['precision'],
  moduleUrl: string,
): Promise<string> {
  const folder = new URL('weights/', moduleUrl);
  const standard = new URL('default.safetensors', folder).href;
  if (precision === 'float32') return standard;
  const files = await fetch(new URL('default.json', folder))
    .then((response): Promise<{ int8?: string }> => response.json())
    .catch(() => null);
  return files?.int8 ? new URL(files.int8, folder).href : standard;
}

/** An address of the caller's, relative to the page, that ends with `ending`. */
function resolve(given: string | URL | undefined, standard: URL, ending = ''): URL {
  if (given === undefined) return standard;
  const url = new URL(given, globalThis.document?.baseURI ?? globalThis.location.href);
  if (!url.pathname.endsWith(ending)) url.pathname += ending;
  return url;
}

function infoOf(choice: VariantChoice, pooling: Pooling, weights: LoadedWeights): TrainerInfo {
  const { featureSize, precision, precisionReason, dtype, int8Cosine, ...about } = weights;
  return {
    variant: choice.variant,
    threads: choice.threads,
    precision,
    precisionReason,
    pooling,
    featureSize,
    weights: about,
    reason: choice.reason,
  };
}
