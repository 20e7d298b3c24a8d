import type { CoreFitOptions } from '../worker/core.js';
import {
  checkFunction,
  checkInteger,
  checkNames,
  checkNumber,
  checkOneOf,
  checkSignal,
  invalid,
  show,
} from './check.js';
import type { CallOptions, FitOptions, TrainerOptions } from './types.js';

const variants = ['relaxed-threads', 'relaxed-single', 'simd-threads', 'simd-single'];
const precisions = ['auto', 'float32', 'int8'];
const callOptions = ['signal', 'onProgress'];
const trainerOptions = ['weights', 'variant', 'threads', 'precision', 'wasmUrl', 'workerUrl'];
const fitOptions = ['epochs', 'batchSize', 'learningRate', 'validationSplit', 'head', 'seed'];

export function checkCallOptions(call: string, options: CallOptions, more: string[] = []): void {
  checkNames(call, options, [...more, ...callOptions]);
  checkSignal(options.signal);
  checkFunction('onProgress', options.onProgress);
}

export function checkTrainerOptions(options: TrainerOptions): void {
  checkCallOptions('createTrainer', options, trainerOptions);
  const { weights, variant, threads, precision } = options;
  const isWeights =
    typeof weights === 'string' || weights instanceof URL || weights instanceof Blob;
  if (weights !== undefined && !isWeights) {
    throw invalid(`weights must be an address or a file (Blob), not ${show(weights)}.`);
  }
  if (variant !== undefined) checkOneOf('variant', variant, variants);
  if (threads !== undefined) checkInteger('threads', threads, 1, 64);
  if (precision !== undefined) checkOneOf('precision', precision, precisions);
}

/** The options of `fit` that the core takes, checked, with the defaults filled in. */
export function resolveFitOptions(options: FitOptions): CoreFitOptions {
  checkCallOptions('fit', options, [...fitOptions, 'onEpoch']);
  checkFunction('onEpoch', options.onEpoch);
  const resolved = {
    epochs: options.epochs ?? 50,
    batchSize: options.batchSize ?? 16,
    learningRate: options.learningRate ?? 1e-4,
    validationSplit: options.validationSplit ?? 0.2,
    seed: options.seed ?? 1,
    head: options.head ?? { units: [1024] },
  };
  checkInteger('epochs', resolved.epochs, 1, 10000);
  checkInteger('batchSize', resolved.batchSize, 1, 4096);
  checkNumber('learningRate', resolved.learningRate, 1e-9, 1);
  checkNumber('validationSplit', resolved.validationSplit, 0, 0.9);
  checkInteger('seed', resolved.seed, 0, 2 ** 32 - 1);
  checkHead(resolved.head);
  return resolved;
}

function checkHead(head: unknown): void {
  const units = typeof head === 'object' && head !== null && 'units' in head ? head.units : null;
  if (!Array.isArray(units) || units.length > 4) {
    throw invalid('head must be { units: [...] } with at most 4 hidden layers, like [1024] or [].');
  }
  checkNames('head', head as object, ['units']);
  for (const width of units) checkInteger('head.units', width, 1, 8192);
}
