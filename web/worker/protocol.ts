// What passes between the module and its worker. Types only: nothing here runs.
import type {
  CoreAugment,
  CoreClass,
  CoreEpoch,
  CoreEvaluation,
  CoreFitOptions,
  CoreFold,
  CoreInfo,
  CoreMemory,
  CoreMemoryCost,
  CorePooling,
  CorePrediction,
  CoreResult,
  CoreViewCost,
  CoreWeights,
} from './core.js';

/** A result, or an error's code and message: error classes do not survive `postMessage`. */
export type Reply<T> = CoreResult<T>;

export type WireImage = Blob | ImageData | ImageBitmap;

export interface NamedImage {
  name: string;
  image: WireImage;
}

export interface LabelledImage extends NamedImage {
  label: string;
}

/** One image that could not be used, by its place in the list it came in. */
export interface FailedImage {
  index: number;
  name: string;
  code: string;
  message: string;
}

/** A sample whose views could not be made, because its file cannot be read any more. */
export interface FailedView {
  id: number;
  name: string;
  code: string;
  message: string;
}

export interface AddedImage {
  index: number;
  id: number;
}

export interface AddedImages {
  added: AddedImage[];
  failed: FailedImage[];
  /** Why features that belong on the disk are kept in memory, in a sentence; null: they are not. */
  notice: string | null;
}

export interface MemoryCost extends CoreMemoryCost {
  /** About what is left on the disk for features; 0 for those that are kept in memory. */
  diskAvailable: number;
  /** Why features that belong on the disk are kept in memory, in a sentence; null: they are not. */
  notice: string | null;
}

export type Phase = 'weights' | 'features' | 'tuning' | 'views' | 'fit' | 'evaluate';

export interface ProgressEvent {
  kind: 'progress';
  phase: Phase;
  done: number;
  /** Null while it is not known, as for a download whose server does not say. */
  total: number | null;
  secondsLeft: number | null;
  /** The image or file at work. */
  name: string;
}

export interface ImageEvent {
  kind: 'image';
  image: AddedImage | FailedImage;
}

/** The end of one epoch of a fit. */
export interface Epoch extends CoreEpoch {
  /** How many there will be. */
  epochs: number;
  /** Estimated seconds to the end of the fit. */
  secondsLeft: number | null;
}

export interface EpochEvent extends Epoch {
  kind: 'epoch';
}

export type Precision = 'float32' | 'int8';

/** What the backbone computes in. */
export interface Arithmetic {
  precision: Precision;
  /** Why int8 does not run although it may, in a sentence for people; null: nothing to say. */
  precisionReason: string | null;
}

/** The arithmetic from now on. */
export interface ArithmeticEvent extends Arithmetic {
  kind: 'arithmetic';
}

export type CallEvent = ProgressEvent | ImageEvent | EpochEvent | ArithmeticEvent;

/** An address, a file, or the SHA-256 of what is kept on this device. */
export type WeightsSource = string | Blob | { kept: string };

export interface LoadedWeights extends CoreWeights, Arithmetic {
  /** SHA-256 of the copy that is kept on this device; null when there is none. */
  kept: string | null;
  /** What a person should know of the loading, in a sentence. */
  notice: string | null;
}

export interface FitOutcome {
  trainSamples: number;
  validationSamples: number;
  failedViews: FailedView[];
}

/** The worker's methods, as the module calls them. */
export interface Methods {
  /** Fetches and compiles the wasm whose Emscripten module lies at `url`. */
  compile(url: string): null;
  /** Makes the instance with its threads. */
  start(threads: number, pooling: CorePooling): CoreInfo;
  loadWeights(source: WeightsSource, precision: 'auto' | Precision): LoadedWeights;
  features(image: NamedImage): Float32Array<ArrayBuffer>;
  addImages(label: string, images: NamedImage[]): AddedImages;
  removeSamples(ids: number[]): null;
  renameClass(from: string, to: string): null;
  removeClass(label: string): null;
  classes(): CoreClass[];
  memoryCost(options: CoreFitOptions, images: number, classes: number): MemoryCost;
  crossValidate(options: CoreFitOptions, folds: number): CoreFold[];
  fit(options: CoreFitOptions): FitOutcome;
  costOfViews(options: CoreFitOptions): CoreViewCost;
  /** The image as its first `count` views would show it. */
  previewViews(image: NamedImage, augment: CoreAugment, count: number): ImageData[];
  /** Null evaluates on what `fit` held back. */
  evaluate(images: LabelledImage[] | null): CoreEvaluation & { failed: FailedImage[] };
  predict(image: NamedImage): CorePrediction[];
  memory(): CoreMemory;
}

export type MethodName = keyof Methods;

/** The object that the worker exposes through Comlink. */
export interface WorkerPort {
  /** Resolves as soon as the worker's script runs. */
  ping(): true;
  /** Calls run one after another, in order. `report` gets the events of this call. */
  run<M extends MethodName>(
    id: number,
    method: M,
    args: Parameters<Methods[M]>,
    report: (event: CallEvent) => void,
  ): Promise<Reply<ReturnType<Methods[M]>>>;
  /** Cancels the call of that id, waiting or running, at its next step. */
  abort(id: number): void;
  /** Removes what the worker has on the disk; to be called last. */
  dispose(): Promise<void>;
}
