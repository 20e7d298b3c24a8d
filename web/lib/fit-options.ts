// The options of `fit`: checked, with Keras' defaults filled in, as the core takes them.
import type {
  CoreEarlyStopping,
  CoreFitOptions,
  CoreLayer,
  CoreOptimizer,
  CoreSchedule,
} from '../worker/core.js';
import { resolveAugmentation } from './augment.js';
import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkNames,
  checkNumber,
  checkOneOf,
  invalid,
  isObject,
  show,
} from './check.js';
import { checkCallOptions } from './options.js';
import type {
  CrossValidateOptions,
  FitOptions,
  HeadPreset,
  Layer,
  Optimizer,
  Schedule,
  TrainerInfo,
} from './types.js';

/** What a preset sets; options given beside it win. */
interface Preset {
  layers: Layer[];
  learningRate: number;
  epochs: number;
}

const presets: Record<HeadPreset, Preset> = {
  pooled: { layers: [{ type: 'dense', units: 1024 }], learningRate: 1e-4, epochs: 50 },
  extracted: { layers: [{ type: 'dense', units: 128 }], learningRate: 1e-3, epochs: 10 },
  regression: { layers: [], learningRate: 1e-3, epochs: 50 },
};

/** Those of every training. */
const names = [
  'epochs',
  'batchSize',
  'learningRate',
  'validationSplit',
  'head',
  'seed',
  'optimizer',
  'schedule',
  'earlyStopping',
  'classWeight',
  'labelSmoothing',
  'mixup',
  'standardize',
  'groupDuplicates',
  'calibrate',
  'knownShare',
  'augment',
];
const activations = ['linear', 'relu', 'sigmoid', 'softmax'];

/** What goes without saying, for the features at hand. */
export interface Defaults {
  standardize: boolean;
  head: HeadPreset;
}

const usual: Defaults = { standardize: false, head: 'pooled' };

export function defaultsOf({ pooling, weights }: TrainerInfo): Defaults {
  return pooling === 'none'
    ? { standardize: false, head: 'extracted' }
    : { standardize: weights.standardize, head: 'pooled' };
}

/** The options that the core takes. */
export function resolveFitOptions(options: FitOptions, defaults = usual): CoreFitOptions {
  checkCallOptions('fit', options, [...names, 'fresh', 'onEpoch']);
  checkFunction('onEpoch', options.onEpoch);
  return resolve(options, defaults);
}

/** The same of `crossValidate`. */
export function resolveCrossValidateOptions(
  options: CrossValidateOptions,
  defaults = usual,
): { fit: CoreFitOptions; folds: number } {
  checkCallOptions('crossValidate', options, [...names, 'folds']);
  const { folds = 5 } = options;
  checkInteger('folds', folds, 2, 100);
  return { fit: resolve(options, defaults), folds };
}

function resolve(options: FitOptions, defaults: Defaults): CoreFitOptions {
  const preset = presetOf(options.head ?? defaults.head);
  const resolved = {
    epochs: options.epochs ?? preset.epochs,
    batchSize: options.batchSize ?? 16,
    learningRate: options.learningRate ?? preset.learningRate,
    validationSplit: options.validationSplit ?? 0.2,
    seed: options.seed ?? 1,
    layers: preset.layers.map(resolveLayer),
    optimizer: resolveOptimizer(options.optimizer ?? 'adam'),
    schedule: resolveSchedule(options.schedule ?? 'constant'),
    earlyStopping: resolveEarlyStopping(options.earlyStopping),
    balanceClasses: options.classWeight !== undefined,
    labelSmoothing: options.labelSmoothing ?? 0,
    mixup: options.mixup ?? 0,
    standardize: options.standardize ?? defaults.standardize,
    groupDuplicates: options.groupDuplicates ?? true,
    calibrate: options.calibrate ?? true,
    knownShare: options.knownShare ?? 0.95,
    augment: resolveAugmentation(options.augment),
    fresh: options.fresh ?? false,
  };
  checkInteger('epochs', resolved.epochs, 1, 10000);
  checkInteger('batchSize', resolved.batchSize, 1, 4096);
  checkNumber('learningRate', resolved.learningRate, 1e-9, 1);
  checkNumber('validationSplit', resolved.validationSplit, 0, 0.9);
  checkInteger('seed', resolved.seed, 0, 2 ** 32 - 1);
  if (options.classWeight !== undefined) {
    checkOneOf('classWeight', options.classWeight, ['balanced']);
  }
  checkNumber('labelSmoothing', resolved.labelSmoothing, 0, 0.9);
  checkNumber('mixup', resolved.mixup, 0, 10);
  checkBoolean('standardize', resolved.standardize);
  checkBoolean('groupDuplicates', resolved.groupDuplicates);
  checkBoolean('calibrate', resolved.calibrate);
  checkNumber('knownShare', resolved.knownShare, 0.5, 1);
  checkBoolean('fresh', resolved.fresh);
  return resolved;
}

function presetOf(head: NonNullable<FitOptions['head']>): Preset {
  if (typeof head === 'string') {
    checkOneOf('head', head, Object.keys(presets));
    return presets[head];
  }
  if (Array.isArray(head)) {
    if (head.length > 16) throw invalid('head has more than 16 layers: use fewer.');
    return { ...presets.pooled, layers: head };
  }
  if (isObject(head) && 'units' in head && Array.isArray(head.units) && head.units.length <= 4) {
    checkNames('head', head, ['units']);
    const layers = head.units.map((units): Layer => ({ type: 'dense', units }));
    return { ...presets.pooled, layers };
  }
  throw invalid(
    `head must be ${Object.keys(presets).join(', ')}, a list of layers, or ` +
      `{ units: [...] } with at most 4 hidden layers, like [1024] or []; not ${show(head)}.`,
  );
}

function resolveLayer(layer: Layer): CoreLayer {
  const type = isObject(layer) ? layer.type : layer;
  checkOneOf("a layer's type", type, ['dense', 'dropout', 'batchNormalization']);
  if (layer.type === 'dense') {
    checkNames('a dense layer', layer, ['type', 'units', 'activation', 'l2']);
    const dense = { activation: 'relu' as const, l2: 0, ...layer };
    checkInteger('units', dense.units, 1, 8192);
    checkOneOf('activation', dense.activation, activations);
    checkNumber('l2', dense.l2, 0, 10);
    return dense;
  }
  if (layer.type === 'dropout') {
    checkNames('a dropout layer', layer, ['type', 'rate']);
    checkNumber('rate', layer.rate, 0, 0.99);
    return layer;
  }
  checkNames('a batchNormalization layer', layer, ['type', 'momentum', 'epsilon']);
  const norm = { momentum: 0.99, epsilon: 1e-3, ...layer };
  checkNumber('momentum', norm.momentum, 0, 0.9999);
  checkNumber('epsilon', norm.epsilon, 1e-8, 1);
  return norm;
}

/** Keras' defaults. */
function resolveOptimizer(given: NonNullable<FitOptions['optimizer']>): CoreOptimizer {
  const optimizer = (typeof given === 'string' ? { type: given } : given) as Optimizer;
  const type = isObject(optimizer) ? optimizer.type : optimizer;
  checkOneOf('optimizer', type, ['adam', 'adamw', 'sgd']);
  if (optimizer.type === 'sgd') {
    checkNames('the optimizer sgd', optimizer, ['type', 'momentum', 'nesterov']);
    const sgd = { momentum: 0, nesterov: false, ...optimizer };
    checkNumber('momentum', sgd.momentum, 0, 0.9999);
    checkBoolean('nesterov', sgd.nesterov);
    return sgd;
  }
  checkNames(`the optimizer ${type}`, optimizer, [
    'type',
    'beta1',
    'beta2',
    'epsilon',
    'weightDecay',
  ]);
  const weightDecay = type === 'adamw' ? 0.004 : 0;
  const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay, ...optimizer };
  checkNumber('beta1', adam.beta1, 0, 0.9999);
  checkNumber('beta2', adam.beta2, 0, 0.999999);
  checkNumber('epsilon', adam.epsilon, 1e-12, 1);
  checkNumber('weightDecay', adam.weightDecay, 0, 1);
  return { ...adam, type: 'adam' };
}

function resolveSchedule(given: NonNullable<FitOptions['schedule']>): CoreSchedule {
  const schedule = (typeof given === 'string' ? { type: given } : given) as Schedule;
  const type = isObject(schedule) ? schedule.type : schedule;
  checkOneOf('schedule', type, ['constant', 'cosineDecay', 'reduceOnPlateau']);
  if (schedule.type === 'constant') return { type: 'constant' };
  if (schedule.type === 'cosineDecay') {
    checkNames('the schedule cosineDecay', schedule, ['type', 'alpha']);
    const cosine = { alpha: 0, ...schedule };
    checkNumber('alpha', cosine.alpha, 0, 1);
    return cosine;
  }
  checkNames('the schedule reduceOnPlateau', schedule, [
    'type',
    'factor',
    'patience',
    'minDelta',
    'cooldown',
    'minLearningRate',
  ]);
  const plateau = {
    factor: 0.1,
    patience: 10,
    minDelta: 1e-4,
    cooldown: 0,
    minLearningRate: 0,
    ...schedule,
  };
  checkNumber('factor', plateau.factor, 0.001, 0.999);
  checkInteger('patience', plateau.patience, 1, 10000);
  checkNumber('minDelta', plateau.minDelta, 0, 100);
  checkInteger('cooldown', plateau.cooldown, 0, 10000);
  checkNumber('minLearningRate', plateau.minLearningRate, 0, 1);
  return plateau;
}

function resolveEarlyStopping(given: FitOptions['earlyStopping']): CoreEarlyStopping | null {
  if (given === undefined) return null;
  if (!isObject(given)) {
    throw invalid(`earlyStopping must be { patience: 5 } or the like, not ${show(given)}.`);
  }
  checkNames('earlyStopping', given, ['patience', 'minDelta']);
  const stopping = { patience: 5, minDelta: 0, ...given };
  checkInteger('patience', stopping.patience, 1, 10000);
  checkNumber('minDelta', stopping.minDelta, 0, 100);
  return stopping;
}
