import {
  checkFunction,
  checkInteger,
  checkNames,
  checkOneOf,
  checkSignal,
  invalid,
  isObject,
  show,
} from './check.js';
import type { CallOptions, KeptWeights, TrainerOptions } from './types.js';

const variants = ['relaxed-threads', 'relaxed-single', 'simd-threads', 'simd-single'];
const precisions = ['auto', 'float32', 'int8'];
const poolings = ['avg', 'max', 'none'];
const callOptions = ['signal', 'onProgress'];
const trainerOptions = [
  'weights',
  'variant',
  'threads',
  'precision',
  'pooling',
  'wasmUrl',
  'workerUrl',
];

export function checkCallOptions(call: string, options: CallOptions, more: string[] = []): void {
  checkNames(call, options, [...more, ...callOptions]);
  checkSignal(options.signal);
  checkFunction('onProgress', options.onProgress);
}

export function checkTrainerOptions(options: TrainerOptions): void {
  checkCallOptions('createTrainer', options, trainerOptions);
  const { weights, variant, threads, precision, pooling } = options;
  const isSource = typeof weights === 'string' || weights instanceof URL || weights instanceof Blob;
  if (weights !== undefined && !isSource && !isKept(weights)) {
    throw invalid(
      `weights must be an address, a file (Blob) or { kept: sha256 }, not ${show(weights)}.`,
    );
  }
  if (variant !== undefined) checkOneOf('variant', variant, variants);
  if (threads !== undefined) checkInteger('threads', threads, 1, 64);
  if (precision !== undefined) checkOneOf('precision', precision, precisions);
  if (pooling !== undefined) checkOneOf('pooling', pooling, poolings);
}

export function isKept(weights: TrainerOptions['weights']): weights is KeptWeights {
  return isObject(weights) && 'kept' in weights && typeof weights.kept === 'string';
}
