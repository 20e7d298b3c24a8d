import { addImages, evaluate } from './batch.js';
import type { CoreDecoder, CoreModule, CorePooling, CoreSession } from './core.js';
import { Decoder } from './decoder.js';
import type { Handlers } from './dispatcher.js';
import { compileEngine, type Engine, instantiate } from './engine.js';
import { attempt, Failure, failureOf, invoke, messageOf } from './failure.js';
import { crossValidate, fitHead } from './fit.js';
import { prepareImage } from './images.js';
import type { WireImage } from './protocol.js';
import { loadWeights } from './weights.js';

/** The worker's methods over one core session, which `start` makes. */
export function createHandlers(): Handlers {
  let engine: Engine<CoreModule> | null = null;
  let decoder: Decoder | null = null;
  let current: CoreSession | null = null;

  const session = (): CoreSession => {
    if (!current) throw new Failure('invalid-state', 'The trainer has not started.');
    return current;
  };

  /** Makes `image` the session's current image. */
  const load = async (image: WireImage): Promise<void> => {
    if (!decoder) throw new Failure('invalid-state', 'The trainer has not started.');
    const pixels = await prepareImage(decoder, image);
    invoke(() => session().loadImage(pixels));
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
      const started = openSession(core, threads, pooling);
      checkArithmetic(started);
      current = started;
      return invoke(() => started.info());
    },
    loadWeights: (context, source, precision) => loadWeights(session(), source, precision, context),
    async features(_, { image }) {
      await load(image);
      return invoke(() => session().features());
    },
    addImages: (context, label, images) => addImages(session(), load, label, images, context),
    removeSamples(_, ids) {
      for (const id of ids) invoke(() => session().removeSample(id));
      return null;
    },
    renameClass: (_, from, to) => invoke(() => session().renameClass(from, to)),
    removeClass: (_, label) => invoke(() => session().removeClass(label)),
    classes: () => invoke(() => session().classes()),
    memoryCost: (_, options, images, classes) =>
      invoke(() => session().memoryCost(options, images, classes)),
    fit: (context, options) => fitHead(session(), options, context),
    crossValidate: (context, options, folds) => crossValidate(session(), options, folds, context),
    evaluate: (context, images) => evaluate(session(), load, images, context),
    async predict(_, { image }) {
      await load(image);
      return invoke(() => session().predict());
    },
    memory: () => invoke(() => session().memory()),
  };
}

function openSession(core: CoreModule, threads: number, pooling: CorePooling): CoreSession {
  try {
    return new core.Session(threads, pooling);
  } catch (error) {
    throw new Failure('start-failed', `WebAssembly did not start: ${messageOf(error)}`);
  }
}

/** Some engines accept instructions that they compute wrongly; another variant may do without. */
function checkArithmetic(session: CoreSession): void {
  const result = attempt(() => session.selfTest());
  if (!result.ok) throw new Failure('self-test-failed', failureOf(result).message);
}
