// The public types of `tabtrain.js`.
import type { TrainerError } from './errors.js';

/** A build of the WebAssembly core: its instructions, and whether it has threads. */
export type Variant = 'relaxed-threads' | 'relaxed-single' | 'simd-threads' | 'simd-single';

/** The arithmetic of the backbone. */
export type Precision = 'float32' | 'int8';

/**
 * An image in any form that a page has. EXIF orientation is always applied, colour is taken as it
 * is in the file (no ICC), transparency is put on white.
 */
export type ImageInput = Blob | ImageData | ImageBitmap | HTMLImageElement;

/** How far a long call has come. */
export interface Progress {
  /**
   * `engine` while the WebAssembly loads, `weights` (in bytes), `features` and `evaluate`
   * (in images), `fit` (in mini-batches).
   */
  phase: 'engine' | 'weights' | 'features' | 'fit' | 'evaluate';
  done: number;
  /** Null while it is not known, as for a download whose server does not say. */
  total: number | null;
  /** Estimated seconds to the end of the phase; null until something has been measured. */
  secondsLeft: number | null;
  /** The file, image or epoch at work, for people to read. */
  name: string;
}

/** Options of every long call. */
export interface CallOptions {
  /** Cancels the call, which then rejects with an `AbortError`. */
  signal?: AbortSignal;
  /** Called at most ten times a second, and at the end. */
  onProgress?: (progress: Progress) => void;
}

export interface TrainerOptions extends CallOptions {
  /**
   * Weights of the backbone: a safetensors file, or its address, relative to the page. Default:
   * `weights/default.safetensors` beside the module.
   */
  weights?: string | URL | Blob;
  /** Forces one build of the core. Default: the fastest that the page and its browser allow. */
  variant?: Variant;
  /** Threads, 1 to 64. Default: the number of logical processors, at most 8. */
  threads?: number;
  /** Default `auto`: the precision that the weights are stored in. */
  precision?: 'auto' | Precision;
  /** Folder of the WebAssembly variants, of the same origin. Default: `wasm/` beside the module. */
  wasmUrl?: string | URL;
  /** The worker's script, of the same origin. Default: `tabtrain-worker.js` beside the module. */
  workerUrl?: string | URL;
}

/** Which weights the backbone runs on. */
export interface WeightsInfo {
  name: string;
  source: string;
  licence: string;
  /** SHA-256 of the source that the weights were imported from, in hex. */
  sha256: string;
  /** Keras' names of the layers that the features come from. */
  featureLayers: string[];
}

/** What runs, and how. */
export interface TrainerInfo {
  variant: Variant;
  threads: number;
  precision: Precision;
  /** Values in one feature vector. */
  featureSize: number;
  weights: WeightsInfo;
  /** Why this is not the fastest variant, in a sentence for people; null when it is. */
  reason: string | null;
}

/** One image that could not be used. */
export interface FailedImage {
  /** Its place in the list that was passed. */
  index: number;
  /** Its file name, or `image 3` for one that has none. */
  name: string;
  error: TrainerError;
}

/** One image that is now a sample. */
export interface AddedImage {
  /** Its place in the list that was passed. */
  index: number;
  /** The sample's id, for `removeImages`. */
  id: number;
}

export interface AddImagesOptions extends CallOptions {
  /** Called for every image as soon as it is added or has failed, in order. */
  onImage?: (image: AddedImage | FailedImage) => void;
}

export interface AddImagesResult {
  /** How many images were added. */
  added: number;
  /** The ids of the images that were added, in order. */
  ids: number[];
  failed: FailedImage[];
}

/** Layers between the features and the softmax over the classes. */
export interface Head {
  /** Units of each hidden layer (dense, ReLU); none for a linear classifier. Default `[1024]`. */
  units: number[];
}

export interface FitOptions extends CallOptions {
  /** Times to go over the training samples, 1 to 10000. Default 50. */
  epochs?: number;
  /** Samples in a mini-batch, 1 to 4096. Default 16. */
  batchSize?: number;
  /** Adam's step size, more than 0 to 1. Default 1e-4. */
  learningRate?: number;
  /** Share of each class held back to validate on, 0 to 0.9. Default 0.2. */
  validationSplit?: number;
  head?: Head;
  /** Of the split, the first weights and the shuffling: 0 to 4294967295. Default 1. */
  seed?: number;
  onEpoch?: (epoch: Epoch) => void;
}

/** The end of one epoch. */
export interface Epoch {
  /** From 1. */
  epoch: number;
  epochs: number;
  /** Mean categorical cross-entropy over the training samples, in nats. */
  loss: number;
  /** Share of the training samples that were right, 0 to 1. */
  accuracy: number;
  /** The same of the validation samples; null when there are none. */
  valLoss: number | null;
  valAccuracy: number | null;
  secondsLeft: number | null;
}

/** The values of each epoch, in order; what is validated is empty when nothing is held back. */
export interface History {
  loss: number[];
  accuracy: number[];
  valLoss: number[];
  valAccuracy: number[];
  trainSamples: number;
  validationSamples: number;
}

/** An image whose class is known. */
export interface LabelledImage {
  label: string;
  image: ImageInput;
}

/** How one class was told from the others; each figure 0 to 1, support in images. */
export interface ClassScore {
  label: string;
  precision: number;
  recall: number;
  f1: number;
  support: number;
}

export interface Evaluation {
  /** Mean categorical cross-entropy, in nats. */
  loss: number;
  /** Share of the images that were right, 0 to 1. */
  accuracy: number;
  /** Counts of images; rows are true classes, columns predicted ones, in the order of `classes`. */
  confusion: number[][];
  classes: string[];
  perClass: ClassScore[];
  /** Images that could not be used; they count nowhere else. */
  failed: FailedImage[];
}

export interface Prediction {
  label: string;
  /** 0 to 1; all of one image add up to 1. */
  probability: number;
}

export interface ClassCount {
  label: string;
  /** Images in the class. */
  count: number;
}

/**
 * An image classifier in training. Calls run one after another in a worker, in the order they were
 * made. They reject with a {@link TrainerError}, or with an `AbortError` when cancelled.
 */
export interface Trainer extends Disposable {
  /** What runs, and how. */
  info(): TrainerInfo;

  /** The backbone's features of an image: a copy, `info().featureSize` values. */
  features(image: ImageInput, options?: { signal?: AbortSignal }): Promise<Float32Array>;

  /**
   * Adds images to the class `label`, which is made if new. An image that cannot be used is
   * reported in `failed` and the others go on. After a cancel the images added so far stay.
   */
  addImages(
    label: string,
    images: Iterable<ImageInput>,
    options?: AddImagesOptions,
  ): Promise<AddImagesResult>;

  /** Takes images out again, by the ids that `addImages` gave. */
  removeImages(ids: Iterable<number>): Promise<void>;

  /** Gives a class another name, in the trained model too. */
  renameClass(from: string, to: string): Promise<void>;

  /** Takes a class out, with its images. */
  removeClass(label: string): Promise<void>;

  /** The classes in the order they were made. */
  classes(): Promise<ClassCount[]>;

  /**
   * Trains a new head on the images added so far. After a cancel the model reached by then stays
   * in use.
   */
  fit(options?: FitOptions): Promise<History>;

  /**
   * Measures the model on the images given; without any on those that `fit` held back, or on all
   * when it held back none.
   */
  evaluate(images?: Iterable<LabelledImage>, options?: CallOptions): Promise<Evaluation>;

  /** The classes of an image with their probabilities, best first. */
  predict(image: ImageInput, options?: { signal?: AbortSignal }): Promise<Prediction[]>;

  /** Ends the worker and frees its memory; pending calls reject with the code `closed`. */
  close(): void;
}
