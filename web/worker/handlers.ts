import { addImages, evaluate, type LoadImage } from './batch.js';
import { keptOf } from './calibration.js';
import type { CoreDecoder, CoreFile, CoreModule, CorePooling, CoreSession } from './core.js';
import { Decoder } from './decoder.js';
import type { Handlers } from './dispatcher.js';
import { compileEngine, type Engine, instantiate } from './engine.js';
import { attempt, Failure, failureOf, invoke, messageOf, sentence } from './failure.js';
import { type FeatureFile, removeLeftFeatures } from './feature-file.js';
import { crossValidate, fitHead } from './fit.js';
import { prepareImage } from './images.js';
import { Originals } from './originals.js';
import { type AllImages, Tuner } from './tuner.js';
import { loadWeights } from './weights.js';

/** Height and width of what the network sees, in pixels. */
const inputSize = 299;
/** No sample has it, so the views of a preview are drawn on their own. */
const previewId = 0;

/**
 * The worker's methods over one core session, which `start` makes.
 * @param file for features that are not pooled; `start` opens it where it is needed
 */
export function createHandlers(file: FeatureFile): Handlers {
  let engine: Engine<CoreModule> | null = null;
  let decoder: Decoder | null = null;
  let current: CoreSession | null = null;
  let poolingInUse: CorePooling = 'avg';
  let currentTuner: Tuner | null = null;
  const originals = new Originals();

  const session = (): CoreSession => {
    if (!current) throw new Failure('invalid-state', 'The trainer has not started.');
    return current;
  };

  const tuner = (): Tuner => {
    if (!currentTuner) throw new Failure('invalid-state', 'The weights are not loaded yet.');
    return currentTuner;
  };

  /** Makes `image` the session's current image. */
  const load: LoadImage = async (image) => {
    if (!decoder) throw new Failure('invalid-state', 'The trainer has not started.');
    const pixels = await prepareImage(decoder, image);
    invoke(() => session().loadImage(pixels));
    return pixels;
  };

  const samples: AllImages = {
    ids: () => originals.ids(),
    nameOf: (id) => originals.nameOf(id),
    load: (id) => originals.load(id, session(), load),
  };

  return {
    async compile({ signal }, url) {
      const [core, images] = await Promise.all([
        compileEngine<CoreModule>(url, signal),
        compileEngine<CoreDecoder>(new URL('decoder.mjs', url).href, signal),
      ]);
      engine = core;
      decoder = new Decoder(images);
      return null;
    },
    async start(_, threads, pooling) {
      if (!engine) throw new Failure('invalid-state', 'The WebAssembly is not compiled.');
      const core = await instantiate(engine, threads);
      const isFlat = pooling === 'none';
      await (isFlat ? file.open() : removeLeftFeatures());
      const started = openSession(core, threads, pooling, isFlat ? file : null);
      checkArithmetic(started);
      current = started;
      poolingInUse = pooling;
      return invoke(() => started.info());
    },
    async loadWeights(context, source, precision) {
      const pooling = poolingInUse;
      const weights = await loadWeights(session(), { source, precision, pooling }, context);
      currentTuner = new Tuner(session(), weights, keptOf(weights.kept, pooling), samples);
      return { ...weights, ...currentTuner.arithmetic };
    },
    async features(_, { image }) {
      await load(image);
      return invoke(() => session().features());
    },
    async addImages(context, label, images) {
      await file.measure();
      invoke(() => session().checkRoomFor(images.length));
      const result = await addImages(session(), load, originals, label, images, tuner(), context);
      return { ...result, notice: file.notice };
    },
    removeSamples(_, ids) {
      for (const id of ids) invoke(() => session().removeSample(id));
      originals.prune(session());
      return null;
    },
    renameClass: (_, from, to) => invoke(() => session().renameClass(from, to)),
    removeClass(_, label) {
      invoke(() => session().removeClass(label));
      originals.prune(session());
      return null;
    },
    classes: () => invoke(() => session().classes()),
    async memoryCost(_, options, images, classes) {
      await file.measure();
      const cost = invoke(() => session().memoryCost(options, images, classes));
      const refusal = cost.refusal && sentence(cost.refusal);
      return { ...cost, refusal, diskAvailable: file.left(), notice: file.notice };
    },
    async crossValidate(context, options, folds) {
      await tuner().tune('now', context);
      await file.measure();
      return crossValidate(session(), options, folds, samples, context);
    },
    async fit(context, options) {
      await tuner().tune('now', context);
      await file.measure();
      return fitHead(session(), options, samples, context);
    },
    costOfViews: (_, options) => invoke(() => session().costOfViews(options)),
    async previewViews(_, { image }, augment, count) {
      await load(image);
      return Array.from({ length: count }, (_, number) => {
        const rgba = invoke(() => session().previewView(augment, previewId, number));
        return new ImageData(rgba, inputSize, inputSize);
      });
    },
    evaluate: (context, images) => evaluate(session(), load, images, context),
    async predict(_, { image }) {
      await load(image);
      return invoke(() => session().predict());
    },
    memory: () => invoke(() => session().memory()),
  };
}

function openSession(
  core: CoreModule,
  threads: number,
  pooling: CorePooling,
  file: CoreFile | null,
): CoreSession {
  try {
    return new core.Session(threads, pooling, file);
  } catch (error) {
    throw new Failure('start-failed', `WebAssembly did not start: ${messageOf(error)}`);
  }
}

/** Some engines accept instructions that they compute wrongly; another variant may do without. */
function checkArithmetic(session: CoreSession): void {
  const result = attempt(() => session.selfTest());
  if (!result.ok) throw new Failure('self-test-failed', failureOf(result).message);
}
