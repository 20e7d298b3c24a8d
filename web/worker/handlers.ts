import { addImages, evaluate } from './batch.js';
import type { CoreModule, CoreSession } from './core.js';
import type { Handlers } from './dispatcher.js';
import { compileEngine, type Engine, instantiate } from './engine.js';
import { Failure, invoke, messageOf } from './failure.js';
import { fitHead } from './fit.js';
import { loadImage } from './images.js';
import { loadWeights } from './weights.js';

/** The worker's methods over one core session, which `start` makes. */
export function createHandlers(): Handlers {
  let engine: Engine | null = null;
  let current: CoreSession | null = null;

  const session = (): CoreSession => {
    if (!current) throw new Failure('invalid-state', 'The trainer has not started.');
    return current;
  };

  return {
    async compile({ signal }, url) {
      engine = await compileEngine(url, signal);
      return null;
    },
    async start(_, threads) {
      if (!engine) throw new Failure('invalid-state', 'The WebAssembly is not compiled.');
      const core = await instantiate(engine, threads);
      const started = openSession(core, threads);
      current = started;
      return invoke(() => started.info());
    },
    loadWeights: (context, source, precision) => loadWeights(session(), source, precision, context),
    async features(_, { image }) {
      await loadImage(session(), image);
      return invoke(() => session().features());
    },
    addImages: (context, label, images) => addImages(session(), label, images, context),
    removeSamples(_, ids) {
      for (const id of ids) invoke(() => session().removeSample(id));
      return null;
    },
    renameClass: (_, from, to) => invoke(() => session().renameClass(from, to)),
    removeClass: (_, label) => invoke(() => session().removeClass(label)),
    classes: () => invoke(() => session().classes()),
    fit: (context, options) => fitHead(session(), options, context),
    evaluate: (context, images) => evaluate(session(), images, context),
    async predict(_, { image }) {
      await loadImage(session(), image);
      return invoke(() => session().predict());
    },
  };
}

function openSession(core: CoreModule, threads: number): CoreSession {
  try {
    return new core.Session(threads);
  } catch (error) {
    throw new Failure('start-failed', `WebAssembly did not start: ${messageOf(error)}`);
  }
}
