// The Embind module of wasm/bindings, as JavaScript sees it. Each variant is an ES module
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
  Session: new (threads: number) => CoreSession;
}

export interface CoreWeights {
  name: string;
  source: string;
  licence: string;
  sha256: string;
  /** As safetensors spells it, for example `F32`. */
  dtype: string;
  /** Values in one feature vector. */
  featureSize: number;
  /** Keras' names of the layers that the features come from. */
  featureLayers: string[];
  /** Whether a head learns better from these features when they are standardised. */
  standardize: boolean;
}

export interface CorePrediction {
  label: string;
  /** 0 to 1; all of one image add up to 1. */
  probability: number;
}

export interface CoreClass {
  label: string;
  /** Samples in the class. */
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
  /** Whether to begin with a new head although there is one to go on with. */
  fresh: boolean;
}

export interface CoreFitPlan {
  trainSamples: number;
  validationSamples: number;
  /** Calls of `fitStep` an epoch, those of the validation included. */
  stepsPerEpoch: number;
}

export interface CoreEpochEnd {
  epoch: number;
  loss: number;
  accuracy: number;
  /** Null when nothing is held back for validation. */
  valLoss: number | null;
  valAccuracy: number | null;
  /** Of the epoch's last step. */
  learningRate: number;
}

export interface CoreFitStep {
  epochEnd: CoreEpochEnd | null;
  done: boolean;
}

export interface CoreEvaluation {
  loss: number;
  accuracy: number;
  /** Counts; rows are true classes, columns predicted ones, both in the order of `classes`. */
  confusion: number[][];
  classes: string[];
  perClass: { label: string; precision: number; recall: number; f1: number; support: number }[];
}

export interface CoreInfo {
  simd: 'relaxed' | 'simd';
  threads: number;
  memoryBytes: number;
}

export interface CoreSession {
  /** Fails when the device computes something else than the kernels expect. */
  selfTest(): CoreResult<null>;

  weightsBegin(): CoreResult<null>;
  /** The bytes of one safetensors file, in order and in pieces of any size. */
  weightsPush(chunk: Uint8Array): CoreResult<null>;
  weightsFinish(): CoreResult<CoreWeights>;

  /** Makes these pixels, as the decoder gives them, the current image. */
  loadImage(pixels: Uint8Array): CoreResult<null>;
  /** A copy of the current image's features. */
  features(): CoreResult<Float32Array<ArrayBuffer>>;
  /** The current image's classes, best first. */
  predict(): CoreResult<CorePrediction[]>;

  /** Stores the current image's features under the class, made if new; returns the sample's id. */
  addSample(label: string): CoreResult<number>;
  removeSample(id: number): CoreResult<null>;
  renameClass(from: string, to: string): CoreResult<null>;
  removeClass(label: string): CoreResult<null>;
  classes(): CoreResult<CoreClass[]>;

  fitBegin(options: CoreFitOptions): CoreResult<CoreFitPlan>;
  /** Trains, or validates, on one mini-batch. */
  fitStep(): CoreResult<CoreFitStep>;
  /** Also after a cancel: the weights reached so far stay in use. */
  fitEnd(): CoreResult<null>;

  /** Of the validation split, or of all samples when there is none. */
  evaluate(): CoreResult<CoreEvaluation>;
  evaluateBegin(): CoreResult<null>;
  /** Counts the current image, whose true class is `label`. */
  evaluateAdd(label: string): CoreResult<null>;
  evaluateFinish(): CoreResult<CoreEvaluation>;

  info(): CoreResult<CoreInfo>;
  delete(): void;
}
