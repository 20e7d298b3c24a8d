// Brings int8 to weights that carry no ranges of activations, on the person's first images.
import type { CoreCalibration, CoreSession, CoreTuningState, CoreWeights } from './core.js';
import type { Context } from './dispatcher.js';
import { asFailure, Failure, invoke } from './failure.js';
import { piecesOf } from './pieces.js';
import { Progress } from './progress.js';
import type { Arithmetic } from './protocol.js';
import type { SampleImages } from './views.js';

/** The images of all samples. */
export interface AllImages extends SampleImages {
  ids(): number[];
}

/** What is kept of the weights on this device. */
export interface Kept {
  /** Their bytes, verified; null when there is no good copy. */
  read(): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Keeps what was measured, where that can be kept. */
  keep(calibration: CoreCalibration): Promise<void>;
}

/** When to tune: `soon` waits for more images if those there are few, `now` takes what there is. */
export type When = 'soon' | 'now';

const ready: Record<When, readonly CoreTuningState[]> = {
  soon: ['due'],
  now: ['enough', 'due'],
};

function float32(precisionReason: string): Arithmetic {
  return { precision: 'float32', precisionReason };
}

export class Tuner {
  readonly #session: CoreSession;
  readonly #weights: CoreWeights;
  readonly #kept: Kept;
  readonly #images: AllImages;
  #hasFailed = false;

  constructor(session: CoreSession, weights: CoreWeights, kept: Kept, images: AllImages) {
    this.#session = session;
    this.#weights = weights;
    this.#kept = kept;
    this.#images = images;
  }

  /** What runs before any image is there. */
  get arithmetic(): Arithmetic {
    const { precision } = this.#weights;
    const willTune = invoke(() => this.#session.tuningState()) !== 'none';
    const precisionReason = willTune ? 'int8 is tuned to the first photos that are added.' : null;
    return { precision, precisionReason };
  }

  /**
   * Puts int8 in the place of float32, when it is time for that; returns whether it was. If it does
   * not come close enough, or anything goes wrong, float32 goes on.
   */
  async tune(when: When, context: Context): Promise<boolean> {
    if (this.#hasFailed) return false;
    const state = invoke(() => this.#session.tuningState());
    if (when === 'now' && state === 'tooFew') {
      const reason = 'Before the training there were too few photos to tune int8 to.';
      await context.report({ kind: 'arithmetic', ...float32(reason) });
    }
    if (!ready[when].includes(state)) return false;
    await context.report({ kind: 'arithmetic', ...(await this.#attempt(context)) });
    return true;
  }

  async #attempt(context: Context): Promise<Arithmetic> {
    try {
      return await this.#run(context);
    } catch (error) {
      const { code, message } = asFailure(error);
      if (code === 'aborted' || code === 'crashed') throw error;
      this.#hasFailed = true;
      return float32(`int8 could not be tuned to the photos. ${message}`);
    }
  }

  async #run(context: Context): Promise<Arithmetic> {
    const bytes = await this.#kept.read();
    if (!bytes) {
      throw new Failure('weights-not-kept', 'That takes a copy of the weights on this device.');
    }
    const { taken, calibration } = await this.#replace(bytes, context);
    await this.#kept.keep(calibration);
    if (taken) return { precision: 'int8', precisionReason: null };
    const share = calibration.int8Cosine.toFixed(3);
    return float32(
      `On these photos the features of int8 are too far from float32's: ${share} of 1.`,
    );
  }

  /** The weights' bytes are held until all is well, so that float32 can always come back. */
  async #replace(bytes: Uint8Array<ArrayBuffer>, context: Context) {
    const session = this.#session;
    try {
      invoke(() => session.tuningBegin());
      await this.#compare(bytes, context);
      const tuned = invoke(() => session.tuningEnd());
      if (!tuned.taken) await this.#undo(bytes, false);
      return tuned;
    } catch (error) {
      const { code } = asFailure(error);
      if (code !== 'crashed') await this.#undo(bytes, code === 'aborted');
      throw error;
    }
  }

  async #compare(bytes: Uint8Array<ArrayBuffer>, context: Context): Promise<void> {
    const ids = this.#images.ids();
    const progress = new Progress(context, 'tuning', ids.length);
    await progress.advance(0, this.#weights.name);
    await this.#push(bytes, context.pause);
    progress.resume();
    for (const id of ids) {
      await context.pause();
      await this.#images.load(id);
      invoke(() => this.#session.tuneSample(id));
      await progress.advance(1, this.#images.nameOf(id));
    }
  }

  async #push(bytes: Uint8Array<ArrayBuffer>, pause: () => Promise<void>): Promise<void> {
    for (const piece of piecesOf(bytes)) {
      await pause();
      invoke(() => this.#session.weightsPush(piece));
    }
    invoke(() => this.#session.weightsFinish());
  }

  /** Not to be cancelled: nothing runs without it. */
  async #undo(bytes: Uint8Array<ArrayBuffer>, again: boolean): Promise<void> {
    try {
      invoke(() => this.#session.tuningUndo(again));
      await this.#push(bytes, async () => {});
    } catch (error) {
      throw new Failure(
        'crashed',
        `The network could not be loaded again: ${asFailure(error).message} Create a new trainer ` +
          'and add the images again.',
      );
    }
  }
}
