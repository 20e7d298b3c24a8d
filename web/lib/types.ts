// The public types of `tabtrain.js`.
import type {
  CoreClass,
  CoreEvaluation,
  CoreFold as Fold,
  CorePrediction as Prediction,
} from '../worker/core.js';
import type { Epoch, MemoryCost } from '../worker/protocol.js';
import type { TrainerError } from './errors.js';

export type {
  CoreClass as ClassCount,
  CoreClassScore as ClassScore,
  CoreFold as Fold,
  CorePrediction as Prediction,
} from '../worker/core.js';
export type { Epoch, MemoryCost } from '../worker/protocol.js';

/** A build of the WebAssembly core: its instructions, and whether it has threads. */
export type Variant = 'relaxed-threads' | 'relaxed-single' | 'simd-threads' | 'simd-single';

/** The arithmetic of the backbone. */
export type Precision = 'float32' | 'int8';

/** As Keras' `pooling`; `none` is its None. */
export type Pooling = 'avg' | 'max' | 'none';

/**
 * An image in any form that a page has. EXIF orientation is always applied, colour is taken as it
 * is in the file (no ICC), transparency is put on white.
 */
export type ImageInput = Blob | ImageData | ImageBitmap | HTMLImageElement;

/** How far a long call has come. */
export interface Progress {
  /**
   * `engine` while the WebAssembly loads, `weights` (in bytes), `features` and `evaluate`
   * (in images), `tuning` (in images, once among the first `features` or before a fit), `fit` (in
   * mini-batches), `views` (in views, between the first epochs of a fit).
   */
  phase: 'engine' | 'weights' | 'features' | 'tuning' | 'views' | 'fit' | 'evaluate';
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
   * Weights of the backbone: a file, its address, relative to the page, or what is kept of one. The
   * file is our safetensors, or Keras' InceptionV3 as `.h5`, `.weights.h5` or `.keras`, which is
   * imported. Where the browser allows, a copy is kept on the device (OPFS), checked by its hash at
   * each load; of an address it serves until the server has another file. Default:
   * `weights/default.safetensors` beside the module, or `default-int8.safetensors` unless float32 is
   * asked for.
   */
  weights?: string | URL | Blob | KeptWeights;
  /** Forces one build of the core. Default: the fastest that the page and its browser allow. */
  variant?: Variant;
  /** Threads, 1 to 64. Default: the number of logical processors, at most 8. */
  threads?: number;
  /**
   * The arithmetic. Default `auto`: int8, which is much faster, where its features come close to
   * those of float32 (a mean cosine of 0.99); else float32, whose features are Keras'. Weights that
   * carry no ranges of activations, such as imported ones, begin in float32: int8 is tuned to the
   * first 16 images added, or to those there are when the first training begins, at least 8 with
   * `auto`. Their features are then made again, so that all are of one precision, and what was
   * measured is kept beside the copy of the weights on the device; without a copy float32 goes on.
   * `info()` says what runs.
   */
  precision?: 'auto' | Precision;
  /**
   * How the network's output becomes an image's features, as in `keras.applications`: `avg` and
   * `max` pool each feature layer of the weights; `none` flattens mixed10 to 131072 values, which
   * are kept as float16 on the disk (256 KB an image, until the trainer is closed); a head for them
   * needs a build with one thread, whose memory can grow. Default `avg`.
   */
  pooling?: Pooling;
  /** Folder of the WebAssembly variants, of the same origin. Default: `wasm/` beside the module. */
  wasmUrl?: string | URL;
  /** The worker's script, of the same origin. Default: `tabtrain-worker.js` beside the module. */
  workerUrl?: string | URL;
}

/** Weights of which a copy was kept before: what `info().weights.kept` said then. */
export interface KeptWeights {
  kept: string;
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
  /** Whether a head learns better from these features when they are standardised. */
  standardize: boolean;
  /** SHA-256 of the copy that is kept on this device; null when there is none. */
  kept: string | null;
  /** What a person should know of the loading, such as why no copy is kept; null: nothing. */
  notice: string | null;
}

/** What runs, and how. */
export interface TrainerInfo {
  variant: Variant;
  threads: number;
  precision: Precision;
  /** Why int8 does not run although it may, in a sentence for people; null: nothing to say. */
  precisionReason: string | null;
  pooling: Pooling;
  /** Values in one feature vector. */
  featureSize: number;
  weights: WeightsInfo;
  /** Why this is not the fastest variant, in a sentence for people; null when it is. */
  reason: string | null;
}

/** Bytes of the core's WebAssembly memory; the image decoder has a small one besides. */
export interface MemoryInfo {
  /** All of it: fixed in the variants with threads, and growing as needed in the others. */
  total: number;
  /** In use now. */
  used: number;
  /** The most that were ever reserved for use. */
  peak: number;
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
  /**
   * Why features that belong on the disk are kept in memory, and what to do, in a sentence; null when
   * they are not.
   */
  notice: string | null;
}

/**
 * A layer between the features and the softmax over the classes, as in Keras. Dense: activation
 * `relu` unless given, `l2` the factor of the kernel's L2 penalty. Dropout: `rate` of the values are
 * dropped. BatchNormalization: momentum 0.99, epsilon 1e-3.
 */
export type Layer =
  | {
      type: 'dense';
      units: number;
      activation?: 'linear' | 'relu' | 'sigmoid' | 'softmax';
      l2?: number;
    }
  | { type: 'dropout'; rate: number }
  | { type: 'batchNormalization'; momentum?: number; epsilon?: number };

/**
 * `pooled`: Dense(1024, relu), learning rate 1e-4, 50 epochs. `extracted`: Dense(128, relu), 1e-3,
 * 10 epochs. `regression`: softmax regression, 1e-3, 50 epochs; often best on few images.
 */
export type HeadPreset = 'pooled' | 'extracted' | 'regression';

/** With Keras' defaults: betas 0.9 and 0.999, epsilon 1e-7; AdamW's weight decay 0.004. */
export type Optimizer =
  | {
      type: 'adam' | 'adamw';
      beta1?: number;
      beta2?: number;
      epsilon?: number;
      weightDecay?: number;
    }
  | { type: 'sgd'; momentum?: number; nesterov?: boolean };

/**
 * How the learning rate changes. `cosineDecay`: along half a cosine to `alpha` (0) of it.
 * `reduceOnPlateau`: times `factor` (0.1) when the loss has not come down by `minDelta` (1e-4) for
 * `patience` (10) epochs, but not within `cooldown` (0) epochs of the last time, nor below
 * `minLearningRate` (0).
 */
export type Schedule =
  | { type: 'constant' }
  | { type: 'cosineDecay'; alpha?: number }
  | {
      type: 'reduceOnPlateau';
      factor?: number;
      patience?: number;
      minDelta?: number;
      cooldown?: number;
      minLearningRate?: number;
    };

/**
 * Views of the training images: changed pictures of them, drawn as Keras' ImageDataGenerator does,
 * under its names in camelCase. They go through the network once and are kept, so that epochs cost
 * no more than before; each epoch trains on one of a photo's original and its views, all equally
 * likely. What is not given is Keras' default, which changes nothing, or the preset's.
 */
export interface Augmentation {
  /**
   * `classic` is the set of Keras' tutorials: rotationRange 20, widthShiftRange, heightShiftRange,
   * shearRange and zoomRange 0.2, horizontalFlip.
   */
  preset?: 'classic';
  /** Views of each image, 0 to 32. Default 4. More can be added later; the first ones stay. */
  views?: number;
  /** Degrees to either side, 0 to 180. */
  rotationRange?: number;
  /** To either side: below 1 a fraction of the width, from 1 on pixels of 299. */
  widthShiftRange?: number;
  /** Up and down: below 1 a fraction of the height, from 1 on pixels of 299. */
  heightShiftRange?: number;
  /** Degrees to either side, 0 to 89, as in Keras: 0.2 is next to nothing. */
  shearRange?: number;
  /**
   * A number z draws from 1 - z to 1 + z, a pair from its first to its second number, for width and
   * height each on its own. Below 1 magnifies.
   */
  zoomRange?: number | [number, number];
  /** Levels of 255, added to all channels alike, 0 to 255. */
  channelShiftRange?: number;
  /** Factors from, to: [0.5, 1.5]. Null leaves the brightness alone. */
  brightnessRange?: [number, number] | null;
  horizontalFlip?: boolean;
  verticalFlip?: boolean;
  /** What shows beyond the edges: the nearest pixel (default), cval, or the image again. */
  fillMode?: 'nearest' | 'constant' | 'reflect' | 'wrap';
  /** The level that `constant` shows, 0 to 255. Default 0. */
  cval?: number;
  /** Of the drawing of views: 0 to 4294967295. Default 1. */
  seed?: number;
}

/** What the views of a fit would take. */
export interface AugmentationCost {
  /** Views to be made. */
  views: number;
  /** Seconds to make them, at the speed of the images so far. */
  seconds: number;
  /** Memory that they take, or disk where features are not pooled, in millions of bytes. */
  megabytes: number;
  /** Views of the same options that are there already. */
  kept: number;
  /** Views of other options, which the fit would drop. */
  dropped: number;
}

/** A sample whose views could not be made; it was trained on as it was. */
export interface FailedView {
  /** The sample's id. */
  id: number;
  name: string;
  error: TrainerError;
}

export interface FitOptions extends CallOptions {
  /**
   * A preset, a list of layers, or the units of the hidden layers. Default `pooled`; `extracted` for
   * features that are not pooled.
   */
  head?: HeadPreset | Layer[] | { units: number[] };
  /** Times to go over the training samples, 1 to 10000. Default: the preset's, 50. */
  epochs?: number;
  /** Samples in a mini-batch, 1 to 4096. Default 16. */
  batchSize?: number;
  /** More than 0 to 1. Default: the preset's, 1e-4. */
  learningRate?: number;
  /** Share of each class held back to validate on, 0 to 0.9. Default 0.2. */
  validationSplit?: number;
  /** Of the split, the first weights and the shuffling: 0 to 4294967295. Default 1. */
  seed?: number;
  /** Default `adam`. */
  optimizer?: 'adam' | 'adamw' | 'sgd' | Optimizer;
  /** Default `constant`. */
  schedule?: 'constant' | 'cosineDecay' | 'reduceOnPlateau' | Schedule;
  /**
   * Ends the training when the validation loss has not come down by `minDelta` (0) for `patience`
   * (5) epochs, and puts the best weights back. Default: none.
   */
  earlyStopping?: { patience?: number; minDelta?: number };
  /** `balanced`: all classes count the same, however many images they have. Default: none. */
  classWeight?: 'balanced';
  /** 0 to 0.9. Default 0. */
  labelSmoothing?: number;
  /** Mixes samples in pairs with a share of Beta(mixup, mixup); 0.2 is usual. Default 0: not. */
  mixup?: number;
  /**
   * Whether features are standardised by the training samples' mean and variance. Default: what the
   * weights recommend; false for features that are not pooled.
   */
  standardize?: boolean;
  /**
   * Images that look alike, such as copies and shots of one burst, are held back together or not at
   * all, so that none is tested on what it was trained on. Default true.
   */
  groupDuplicates?: boolean;
  /**
   * Temperature scaling: the logits are divided by the number that makes the probabilities of the
   * images held back mean what they say. No answer changes by it. Default true.
   */
  calibrate?: boolean;
  /**
   * Share of the images held back that count as like one of the classes, 0.5 to 1: see `distance` of
   * {@link Prediction}. Default 0.95.
   */
  knownShare?: number;
  /**
   * Trains on changed pictures of the training images too; those held back are never changed.
   * Default: none.
   */
  augment?: 'classic' | Augmentation;
  /**
   * `fit` goes on with the model that is there when the layers are the same: its weights, the
   * optimizer's state and the split stay, and new images and classes are taken in. True begins anew.
   * Default false.
   */
  fresh?: boolean;
  onEpoch?: (epoch: Epoch) => void;
}

/** The values of each epoch, in order; what is validated is empty when nothing is held back. */
export interface History {
  loss: number[];
  accuracy: number[];
  valLoss: number[];
  valAccuracy: number[];
  learningRate: number[];
  trainSamples: number;
  validationSamples: number;
  /** Images without views, because their files cannot be read any more. */
  failedViews: FailedView[];
}

/** An image whose class is known. */
export interface LabelledImage {
  label: string;
  image: ImageInput;
}

export interface Evaluation extends CoreEvaluation {
  /** Images that could not be used; they count nowhere else. */
  failed: FailedImage[];
}

/** `fit`'s options but `fresh` and `onEpoch`; each fold's training is a new one. */
export interface CrossValidateOptions extends Omit<FitOptions, 'fresh' | 'onEpoch'> {
  /** Parts that the images are dealt into, 2 to 100. Default 5. */
  folds?: number;
}

/** How well heads do on images that they were not trained on. */
export interface CrossValidation {
  /** Of each fold: what a head that was trained on the others did on it. */
  folds: Fold[];
  /** Mean of the folds' accuracies, 0 to 1. */
  accuracy: number;
  /** Their standard deviation (over the folds less one): how much luck there is in one split. */
  accuracyStd: number;
  /** Mean of their losses. */
  loss: number;
}

/**
 * An image classifier in training. Calls run one after another in a worker, in the order they were
 * made. They reject with a {@link TrainerError}, or with an `AbortError` when cancelled.
 */
export interface Trainer extends Disposable {
  /** What runs, and how. */
  info(): TrainerInfo;

  /** How much memory the core takes. */
  memory(): Promise<MemoryInfo>;

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
  classes(): Promise<CoreClass[]>;

  /**
   * Trains on the images added so far. After a cancel the model reached by then is in use; a new one
   * only if it got through an epoch, or there is none from before. When the loss is no longer a
   * number, the call rejects with the code `diverged` and the model from before stays, or of a first
   * one the weights of its last good epoch.
   */
  fit(options?: FitOptions): Promise<History>;

  /**
   * The memory and the disk that a fit with these options takes when it makes a new head, before
   * anything is done, and whether it would be refused: for the images and classes that are there, or for those numbers of them.
   */
  memoryCost(
    options?: FitOptions,
    counts?: { images: number; classes: number },
  ): Promise<MemoryCost>;

  /**
   * Says how well a model with these options does on images that it has not seen: trains one for
   * each fold on the images of the others. The trainer's own model stays as it is.
   */
  crossValidate(options?: CrossValidateOptions): Promise<CrossValidation>;

  /**
   * What the augmentation of a fit with these options would take, if it makes a new model; one that
   * goes on may hold back other images.
   */
  augmentationCost(options: FitOptions): Promise<AugmentationCost>;

  /** An image as views of it would look: `count` (9) pictures of 299 x 299 pixels. */
  previewAugmentation(
    image: ImageInput,
    augment: 'classic' | Augmentation,
    options?: { count?: number; signal?: AbortSignal },
  ): Promise<ImageData[]>;

  /**
   * Measures the model on the images given; without any on those that `fit` held back, or on all
   * when it held back none.
   */
  evaluate(images?: Iterable<LabelledImage>, options?: CallOptions): Promise<Evaluation>;

  /** The classes of an image with their probabilities, best first. */
  predict(image: ImageInput, options?: { signal?: AbortSignal }): Promise<Prediction[]>;

  /**
   * Ends the worker, frees its memory and removes its features from the disk; pending calls reject
   * with the code `closed`.
   */
  close(): void;
}
