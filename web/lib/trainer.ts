import type { CallEvent, FailedImage as WireFailedImage } from '../worker/protocol.js';
import { resolveAugmentation } from './augment.js';
import { checkInteger, checkLabel, invalid } from './check.js';
import type { Connection } from './connection.js';
import { errorOfReply, TrainerError } from './errors.js';
import { defaultsOf, resolveCrossValidateOptions, resolveFitOptions } from './fit-options.js';
import { summarizeFolds } from './folds.js';
import { toNamedImage, toNamedImages } from './images.js';
import { checkCallOptions } from './options.js';
import type {
  AddImagesOptions,
  AddImagesResult,
  AugmentationCost,
  CallOptions,
  ClassCount,
  CrossValidateOptions,
  CrossValidation,
  Epoch,
  Evaluation,
  FailedImage,
  FitOptions,
  History,
  ImageInput,
  LabelledImage,
  MemoryCost,
  MemoryInfo,
  Prediction,
  Trainer,
  TrainerInfo,
} from './types.js';

type ImageCounts = { images: number; classes: number };
type Curves = Omit<History, 'trainSamples' | 'validationSamples' | 'failedViews'>;
type SignalOption = { signal?: AbortSignal };

/** The trainer on the page's side: checks, and calls to the worker. */
export class WorkerTrainer implements Trainer {
  readonly #connection: Connection;
  #info: TrainerInfo;

  constructor(connection: Connection, info: TrainerInfo) {
    this.#connection = connection;
    this.#info = info;
  }

  info(): TrainerInfo {
    return structuredClone(this.#info);
  }

  memory(): Promise<MemoryInfo> {
    return this.#connection.run('memory', []);
  }

  async features(image: ImageInput, options: SignalOption = {}): Promise<Float32Array> {
    checkCallOptions('features', options);
    return this.#connection.run('features', [await toNamedImage(image)], options);
  }

  async addImages(
    label: string,
    images: Iterable<ImageInput>,
    options: AddImagesOptions = {},
  ): Promise<AddImagesResult> {
    checkLabel('label', label);
    checkCallOptions('addImages', options, ['onImage']);
    const { signal, onImage } = options;
    const named = await toNamedImages(images);
    const { added, failed, notice } = await this.#connection.run('addImages', [label, named], {
      signal,
      onEvent: (event) => {
        if (event.kind === 'image')
          onImage?.('id' in event.image ? event.image : failure(event.image));
        this.#take(event, options);
      },
    });
    const ids = added.map(({ id }) => id);
    return { added: added.length, ids, failed: failed.map(failure), notice };
  }

  async removeImages(ids: Iterable<number>): Promise<void> {
    const list = [...ids];
    for (const id of list) checkInteger('Each id', id, 0, 2 ** 32 - 1);
    await this.#connection.run('removeSamples', [list]);
  }

  async renameClass(from: string, to: string): Promise<void> {
    checkLabel('from', from);
    checkLabel('to', to);
    await this.#connection.run('renameClass', [from, to]);
  }

  async removeClass(label: string): Promise<void> {
    checkLabel('label', label);
    await this.#connection.run('removeClass', [label]);
  }

  classes(): Promise<ClassCount[]> {
    return this.#connection.run('classes', []);
  }

  async fit(options: FitOptions = {}): Promise<History> {
    const { signal, onEpoch } = options;
    const history: Curves = {
      loss: [],
      accuracy: [],
      valLoss: [],
      valAccuracy: [],
      learningRate: [],
    };
    const resolved = resolveFitOptions(options, defaultsOf(this.#info));
    const outcome = await this.#connection.run('fit', [resolved], {
      signal,
      onEvent: (event) => {
        if (event.kind === 'epoch') {
          const { kind, ...epoch } = event;
          record(history, epoch);
          onEpoch?.(epoch);
        }
        this.#take(event, options);
      },
    });
    const failedViews = outcome.failedViews.map(({ id, name, ...reply }) => ({
      ...{ id, name },
      error: errorOfReply(reply) as TrainerError,
    }));
    return { ...history, ...outcome, failedViews };
  }

  async augmentationCost(options: FitOptions): Promise<AugmentationCost> {
    const resolved = resolveFitOptions(options, defaultsOf(this.#info));
    const cost = await this.#connection.run('costOfViews', [resolved], options);
    const { missing, bytes, seconds, kept, dropped } = cost;
    return { views: missing, seconds, megabytes: bytes / 1e6, kept, dropped };
  }

  async previewAugmentation(
    image: ImageInput,
    augment: NonNullable<FitOptions['augment']>,
    options: SignalOption & { count?: number } = {},
  ): Promise<ImageData[]> {
    checkCallOptions('previewAugmentation', options, ['count']);
    const { count = 9 } = options;
    checkInteger('count', count, 1, 32);
    const resolved = resolveAugmentation(augment);
    if (!resolved) throw invalid("previewAugmentation needs an augmentation: try 'classic'.");
    const named = await toNamedImage(image);
    return this.#connection.run('previewViews', [named, resolved, count], options);
  }

  async memoryCost(options: FitOptions = {}, counts?: ImageCounts): Promise<MemoryCost> {
    const resolved = resolveFitOptions(options, defaultsOf(this.#info));
    const { images, classes } = counts ?? countsOf(await this.classes());
    checkInteger('images', images, 0, 10_000_000);
    checkInteger('classes', classes, 0, 10_000);
    return this.#connection.run('memoryCost', [resolved, images, classes]);
  }

  async crossValidate(options: CrossValidateOptions = {}): Promise<CrossValidation> {
    const { fit, folds } = resolveCrossValidateOptions(options, defaultsOf(this.#info));
    const scores = await this.#connection.run('crossValidate', [fit, folds], {
      signal: options.signal,
      onEvent: (event) => this.#take(event, options),
    });
    return summarizeFolds(scores);
  }

  async evaluate(images?: Iterable<LabelledImage>, options: CallOptions = {}): Promise<Evaluation> {
    checkCallOptions('evaluate', options);
    const labelled = images === undefined ? null : await toLabelledImages(images);
    const result = await this.#connection.run('evaluate', [labelled], {
      signal: options.signal,
      onEvent: (event) => reportProgress(event, options),
    });
    return { ...result, failed: result.failed.map(failure) };
  }

  async predict(image: ImageInput, options: SignalOption = {}): Promise<Prediction[]> {
    checkCallOptions('predict', options);
    return this.#connection.run('predict', [await toNamedImage(image)], options);
  }

  #take(event: CallEvent, options: CallOptions): void {
    if (event.kind === 'arithmetic') {
      const { precision, precisionReason } = event;
      this.#info = { ...this.#info, precision, precisionReason };
    }
    reportProgress(event, options);
  }

  close(): void {
    this.#connection.close(new TrainerError('closed', 'The trainer was closed.'));
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function countsOf(classes: ClassCount[]): ImageCounts {
  const images = classes.reduce((sum, { count }) => sum + count, 0);
  return { images, classes: classes.length };
}

export function reportProgress(event: CallEvent, { onProgress }: CallOptions): void {
  if (event.kind !== 'progress') return;
  const { kind, ...progress } = event;
  onProgress?.(progress);
}

/** Adds one epoch to the history. */
export function record(
  history: Curves,
  { loss, accuracy, valLoss, valAccuracy, learningRate }: Epoch,
): void {
  history.loss.push(loss);
  history.accuracy.push(accuracy);
  history.learningRate.push(learningRate);
  if (valLoss !== null) history.valLoss.push(valLoss);
  if (valAccuracy !== null) history.valAccuracy.push(valAccuracy);
}

function failure({ index, name, code, message }: WireFailedImage): FailedImage {
  return { index, name, error: errorOfReply({ code, message }) as TrainerError };
}

async function toLabelledImages(images: Iterable<LabelledImage>) {
  const list = [...images];
  if (list.length === 0) throw invalid('evaluate needs at least one image, or no list at all.');
  for (const { label } of list) checkLabel('Each label', label);
  const named = await toNamedImages(list.map(({ image }) => image));
  return named.map((image, index) => ({ ...image, label: list[index]?.label ?? '' }));
}
