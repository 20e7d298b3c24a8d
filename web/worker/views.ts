import { imageErrors } from './batch.js';
import type { CoreSession, CoreWithoutViews } from './core.js';
import type { Context } from './dispatcher.js';
import { asFailure, invoke } from './failure.js';
import { Progress } from './progress.js';
import type { FailedView } from './protocol.js';

/** The images of the samples, as the making of views needs them. */
export interface SampleImages {
  nameOf(id: number): string;
  /** Makes the sample's image the session's current one. */
  load(id: number): Promise<void>;
}

/** Share of the epochs by whose end all views are there. */
const firstEpochs = 1 / 5;

/**
 * Makes the views of a fit between its first epochs, so that the training begins at once and a model
 * is there soon: before it begins, when it has too few epochs for that, otherwise after each of the
 * first fifth of them an equal part. An image that cannot be read any more is trained on as it was.
 */
export class ViewMaker {
  readonly failed: FailedView[] = [];
  readonly #session: CoreSession;
  readonly #samples: CoreWithoutViews[];
  readonly #images: SampleImages;
  readonly #context: Context;
  readonly #progress: Progress;
  #made = 0;

  constructor(
    session: CoreSession,
    samples: CoreWithoutViews[],
    images: SampleImages,
    context: Context,
  ) {
    this.#session = session;
    this.#samples = samples;
    this.#images = images;
    this.#context = context;
    const missing = this.#samples.reduce((sum, sample) => sum + sample.missing, 0);
    this.#progress = new Progress(context, 'views', missing);
  }

  /** Makes the views that are due when `epoch` of `epochs` epochs are through. */
  async makeDue(epoch: number, epochs: number): Promise<void> {
    const spread = Math.floor(epochs * firstEpochs);
    const part = spread === 0 ? 1 : Math.min(1, epoch / spread);
    await this.#makeUpTo(Math.ceil(this.#samples.length * part));
  }

  makeAll(): Promise<void> {
    return this.#makeUpTo(this.#samples.length);
  }

  async #makeUpTo(count: number): Promise<void> {
    this.#progress.resume();
    for (; this.#made < count; this.#made += 1) {
      await this.#make(this.#samples[this.#made] as CoreWithoutViews);
    }
  }

  async #make({ id, missing }: CoreWithoutViews): Promise<void> {
    const name = this.#images.nameOf(id);
    let left = missing;
    try {
      await this.#context.pause();
      await this.#images.load(id);
      while (left > 0) {
        await this.#context.pause();
        left = invoke(() => this.#session.addView(id));
        await this.#progress.advance(1, name);
      }
    } catch (error) {
      const { code, message } = asFailure(error);
      if (!imageErrors.has(code)) throw error;
      this.failed.push({ id, name, code, message });
      await this.#progress.advance(left, name);
    }
  }
}
