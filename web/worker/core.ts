// The Embind module of wasm/bindings, as JavaScript sees it: types only, nothing here runs. Each variant is an ES module
// `<variant>.mjs` whose default export makes one instance.

/** Nothing throws across the boundary: what does throw is a WebAssembly trap. */
export type CoreResult<T> = { ok: true; value: T } | { ok: false; code: string; message: string };

/** The part of Emscripten's module argument that the worker uses. */
export interface CoreModuleArg {
  /** How many threads there will be; the threaded variants start their workers by it. */
  threads: number;
  instantiateWasm(
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): object;
}

export type CoreFactory<M> = (moduleArg: CoreModuleArg) => Promise<M>;

/** The module `decoder.mjs`, with a memory of its own. */
export interface CoreDecoder {
  /** Decodes JPEG, PNG and BMP; `unsupported-image` for formats that it does not know. */
  decodeFile(bytes: Uint8Array): CoreResult<CoreImage>;
  /** Takes rows of RGBA, not premultiplied. */
  resizePixels(rgba: Uint8ClampedArray, width: number, height: number): CoreResult<CoreImage>;
  memoryBytes(): number;
}

export interface CoreImage {
  /** Size of the upright image. */
  width: number;
  height: number;
  /** The image at the network's size: 299 x 299 pixels, RGB. */
  pixels: Uint8Array;
}

export interface CoreModule {
  /** Features that are not pooled go to the file, as far as it takes them. */
  Session: new (
    threads: number,
    pooling: CorePooling,
    file: CoreFile | null,
  ) => CoreSession;
}

/**
 * A file that the core calls in the midst of its own work; the bytes lie in the core's memory.
 * Nothing throws: `write` and `read` say whether all bytes were written, or read.
 */
export interface CoreFile {
  write(at: number, bytes: Uint8Array): boolean;
  read(at: number, bytes: Uint8Array): boolean;
  /** About how many bytes more it takes. */
  left(): number;
}

/** `none` flattens the last layer: 8 x 8 x 2048 values. */
export type CorePooling = 'avg' | 'max' | 'none';

export interface CoreWeights {
  name: string;
  source: string;
  licence: string;
  sha256: string;
  /** Of the file's kernels: `float32`, `float16`, `int8`. */
  dtype: string;
  /** What the backbone computes in. */
  precision: 'float32' | 'int8';
  /** Mean cosine between the features of int8 and of float32; 0 where nobody has calibrated. */
  int8Cosine: number;
  /** Values in one feature vector. */
  featureSize: number;
  /** Keras' names of the layers that the features come from. */
  featureLayers: string[];
  /** Whether a head learns better from these features when they are standardised. */
  standardize: boolean;
}

/** What int8 needs of weights that carry no ranges of activations. */
export interface CoreCalibration {
  /** Lowest and highest value of every layer, joined by commas. */
  activationRanges: string;
  /** Mean cosine between the features of int8 and of float32. */
  int8Cosine: number;
}

/**
 * `none`: int8 runs already, or is not to run. Otherwise float32 runs, until there are images enough
 * to tune int8 to: `tooFew`, `enough` for it to begin, `due` when more would say little more.
 */
export type CoreTuningState = 'none' | 'tooFew' | 'enough' | 'due';

export interface CoreTuned {
  /** Whether int8 runs from now on. */
  taken: boolean;
  calibration: CoreCalibration;
}

export interface CorePrediction {
  label: string;
  /** 0 to 1; all of one image add up to 1. */
  probability: number;
  /**
   * How far the image lies from the training images of this class, by its features. 1 is as far as
   * the images held back lie from their nearest class, but for the farthest 5 % (see `knownShare`).
   * An image that is farther than 1 from every class is like none of them. Null when `fit` held no
   * images back.
   */
  distance: number | null;
}

export interface CoreClass {
  label: string;
  /** Images in the class. */
  count: number;
}

export type CoreLayer =
  | {
      type: 'dense';
      units: number;
      activation: 'linear' | 'relu' | 'sigmoid' | 'softmax';
      l2: number;
    }
  | { type: 'dropout'; rate: number }
  | { type: 'batchNormalization'; momentum: number; epsilon: number };

export type CoreOptimizer =
  | { type: 'adam'; beta1: number; beta2: number; epsilon: number; weightDecay: number }
  | { type: 'sgd'; momentum: number; nesterov: boolean };

export type CoreSchedule =
  | { type: 'constant' }
  | { type: 'cosineDecay'; alpha: number }
  | {
      type: 'reduceOnPlateau';
      factor: number;
      patience: number;
      minDelta: number;
      cooldown: number;
      minLearningRate: number;
    };

export interface CoreEarlyStopping {
  patience: number;
  minDelta: number;
}

export interface CoreFitOptions {
  epochs: number;
  batchSize: number;
  learningRate: number;
  /** Share of the samples held back for validation, 0 to less than 1. */
  validationSplit: number;
  seed: number;
  /** Between the features and the softmax over the classes. */
  layers: CoreLayer[];
  optimizer: CoreOptimizer;
  schedule: CoreSchedule;
  earlyStopping: CoreEarlyStopping | null;
  /** Whether all classes count the same, whatever their number of samples. */
  balanceClasses: boolean;
  labelSmoothing: number;
  mixup: number;
  standardize: boolean;
  calibrate: boolean;
  knownShare: number;
  groupDuplicates: boolean;
  /** Null trains on the originals only. */
  augment: CoreAugment | null;
  /** Whether to begin with a new head although there is one to go on with. */
  fresh: boolean;
}

/** What a fit takes, in bytes. */
export interface CoreMemoryCost {
  /** The features of all images, as they are kept. */
  features: number;
  /** The part of them that goes to the disk; the rest goes to memory. */
  disk: number;
  /** The head's weights, the optimizer's state, and the copies to go back to. */
  head: number;
  /** What a step works on. */
  batches: number;
  /**
   * Memory that is left now. `fit` needs `head` and `batches` of it, and images that are not there
   * yet what the disk does not take of their features.
   */
  available: number;
  /** Why the fit, or the images for it, would be refused; null when all fits. */
  refusal: string | null;
}

/** Names and units as in `Augmentation` of web/lib/types.ts. */
export interface CoreAugment {
  rotationRange: number;
  widthShiftRange: number;
  heightShiftRange: number;
  shearRange: number;
  zoomRange: [number, number];
  channelShiftRange: number;
  brightnessRange: [number, number] | null;
  horizontalFlip: boolean;
  verticalFlip: boolean;
  fillMode: 'nearest' | 'constant' | 'reflect' | 'wrap';
  cval: number;
  views: number;
  seed: number;
}

export interface CoreViewCost {
  /** Views to be made, views of these options that are there, and views of others, to be dropped. */
  missing: number;
  kept: number;
  dropped: number;
  /** Of the views to be made. */
  bytes: number;
  seconds: number;
}

export interface CoreFitPlan {
  trainSamples: number;
  validationSamples: number;
  /** Calls of `fitStep` an epoch, those of the validation included. */
  stepsPerEpoch: number;
  withoutViews: CoreWithoutViews[];
}

/** A sample to be trained on that lacks views, and how many; to be made in the order of the list. */
export interface CoreWithoutViews {
  id: number;
  missing: number;
}

/** The end of one epoch. */
export interface CoreEpoch {
  /** From 1. */
  epoch: number;
  /** Mean categorical cross-entropy over the training samples, in nats. */
  loss: number;
  /** Share of the training samples that were right, 0 to 1. */
  accuracy: number;
  /** The same of the validation samples; null when there are none. */
  valLoss: number | null;
  valAccuracy: number | null;
  /** Of the epoch's last step. */
  learningRate: number;
}

export interface CoreFitStep {
  epochEnd: CoreEpoch | null;
  done: boolean;
}

/** How one class was told from the others; each figure 0 to 1, support in images. */
export interface CoreClassScore {
  label: string;
  /** Of the answers that name the class, the share that is right; 0 when none does. */
  precision: number;
  /** Of the images of the class, the share that was found; 0 when there are none. */
  recall: number;
  /** The harmonic mean of the two. */
  f1: number;
  support: number;
}

export interface CoreEvaluation {
  /** Mean categorical cross-entropy, in nats, as `fit` measures it: before the calibration. */
  loss: number;
  /** Share of the images that were right, 0 to 1. */
  accuracy: number;
  /** At place k - 1 the share whose class is among the k most probable, for k up to 5. */
  topKAccuracy: number[];
  /**
   * How far the probabilities are from the shares that are right, on average over 15 bins (Guo et
   * al. 2017): 0 to 1, less is better.
   */
  expectedCalibrationError: number;
  /** By which the calibration divides the logits; 1: none. Above 1, answers are made less sure. */
  temperature: number;
  /** Counts of images; rows are true classes, columns predicted ones, in the order of `classes`. */
  confusion: number[][];
  classes: string[];
  perClass: CoreClassScore[];
}

export interface CoreFold {
  /** Share of the fold's images that were right, 0 to 1. */
  accuracy: number;
  /** Their mean categorical cross-entropy, in nats. */
  loss: number;
  /** How many they are. */
  images: number;
}

export interface CoreCrossValidationStep {
  /** Steps that are behind, of all. */
  done: number;
  total: number;
  /** The folds that are through. */
  folds: CoreFold[];
}

export interface CoreInfo {
  simd: 'relaxed' | 'simd';
  threads: number;
}

/** Bytes of the WebAssembly memory. */
export interface CoreMemory {
  /** All of it, which only grows, and in the variants with threads not even that. */
  total: number;
  /** In use now. */
  used: number;
  /** The most that were ever reserved for use. */
  peak: number;
}

export interface CoreSession {
  /** Fails when the device computes something else than the kernels expect. */
  selfTest(): CoreResult<null>;

  /** `auto` takes int8 where it is faster and comes close to float32. */
  weightsBegin(
    precision: 'auto' | 'float32' | 'int8',
    calibration: CoreCalibration | null,
  ): CoreResult<null>;
  /** The bytes of one safetensors file, in order and in pieces of any size. */
  weightsPush(chunk: Uint8Array): CoreResult<null>;
  weightsFinish(): CoreResult<CoreWeights>;

  tuningState(): CoreResult<CoreTuningState>;
  /**
   * Frees the network. The same weights have to be pushed and finished again, now in int8; then each
   * sample's image is to be loaded, and the sample tuned to.
   */
  tuningBegin(): CoreResult<null>;
  tuneSample(id: number): CoreResult<null>;
  /** When it is not taken, `tuningUndo` has to follow. */
  tuningEnd(): CoreResult<CoreTuned>;
  /** Frees the network; the weights have to come again, in float32. `again`: to be tuned later. */
  tuningUndo(again: boolean): CoreResult<null>;

  /** Makes these pixels, as the decoder gives them, the current image. */
  loadImage(pixels: Uint8Array): CoreResult<null>;
  /** A copy of the current image's features. */
  features(): CoreResult<Float32Array<ArrayBuffer>>;
  /** The current image's classes, best first. */
  predict(): CoreResult<CorePrediction[]>;

  /** Fails when there is no room for the features of so many more images. */
  checkRoomFor(images: number): CoreResult<null>;
  /** Stores the current image's features under the class, made if new; returns the sample's id. */
  addSample(label: string): CoreResult<number>;
  removeSample(id: number): CoreResult<null>;
  renameClass(from: string, to: string): CoreResult<null>;
  removeClass(label: string): CoreResult<null>;
  classes(): CoreResult<CoreClass[]>;

  /** Of a fit with a new head. */
  memoryCost(options: CoreFitOptions, images: number, classes: number): CoreResult<CoreMemoryCost>;
  hasSample(id: number): CoreResult<boolean>;

  /** The current image as a view of that sample and number: 299 x 299 pixels, RGBA. */
  previewView(
    augment: CoreAugment,
    id: number,
    number: number,
  ): CoreResult<Uint8ClampedArray<ArrayBuffer>>;
  costOfViews(options: CoreFitOptions): CoreResult<CoreViewCost>;
  /** Makes the current image, the sample's, into its next view; returns how many are missing yet. */
  addView(id: number): CoreResult<number>;

  fitBegin(options: CoreFitOptions): CoreResult<CoreFitPlan>;
  /** Trains, or validates, on one mini-batch. */
  fitStep(): CoreResult<CoreFitStep>;
  /** Also after a cancel or a failure: then the better one of the models stays in use. */
  fitEnd(): CoreResult<null>;

  crossValidationBegin(options: CoreFitOptions, folds: number): CoreResult<CoreWithoutViews[]>;
  /** Trains on one mini-batch, or scores one fold. */
  crossValidationStep(): CoreResult<CoreCrossValidationStep>;
  crossValidationEnd(): CoreResult<null>;

  /** Of the validation split, or of all samples when there is none. */
  evaluate(): CoreResult<CoreEvaluation>;
  evaluateBegin(): CoreResult<null>;
  /** Counts the current image, whose true class is `label`. */
  evaluateAdd(label: string): CoreResult<null>;
  evaluateFinish(): CoreResult<CoreEvaluation>;

  info(): CoreResult<CoreInfo>;
  memory(): CoreResult<CoreMemory>;
  delete(): void;
}
