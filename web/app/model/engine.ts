import {
  type CallOptions,
  createTrainer,
  type Progress,
  type Trainer,
  TrainerError,
  type TrainerInfo,
} from '../../lib/tabtrain.js';
import { messageOf } from './format.js';
import { rememberedWeights, rememberWeights } from './remembered-weights.js';
import { Store } from './store.js';

export type EngineState =
  | { name: 'loading'; progress: Progress | null }
  | {
      name: 'ready';
      info: TrainerInfo;
      /** Whether the weights are a file of the person's. */
      ownWeights: boolean;
      /** Why the weights are not those that the person used last. */
      notice: string | null;
    }
  /** It could not start, or broke down while it ran. */
  | { name: 'failed'; message: string };

/** The trainer of the page: starts it, tells how far it is, and makes a new one when it broke. */
export class Engine extends Store {
  state: EngineState = { name: 'loading', progress: null };
  /** While int8 is tuned to the photos. */
  tuning: Progress | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #trainer: Promise<Trainer> = Promise.reject(new Error('The engine has not been started.'));

  constructor() {
    super();
    this.#trainer.catch(() => {});
  }

  /** Starts with the weights that were used last. */
  start(): void {
    this.#set({ name: 'loading', progress: null });
    let notice: string | null = null;
    this.#trainer = this.#open((problem) => {
      notice = problem;
    });
    this.#trainer.then(
      (trainer) => {
        const ownWeights = rememberedWeights() !== null;
        this.#set({ name: 'ready', info: trainer.info(), ownWeights, notice });
      },
      (error) => this.#set({ name: 'failed', message: messageOf(error) }),
    );
  }

  /**
   * Puts a new trainer with other weights in the place of the one in use, once it is ready: a file,
   * or with null the site's own. Resolves to the name of the copy that is kept of them.
   */
  async change(weights: File | null, options: CallOptions): Promise<string | null> {
    const trainer = await createTrainer({ ...options, weights: weights ?? undefined });
    const before = this.#trainer;
    this.#trainer = Promise.resolve(trainer);
    const info = trainer.info();
    this.#set({ name: 'ready', info, ownWeights: weights !== null, notice: null });
    before.then(
      (replaced) => replaced.close(),
      () => {}, // it had not started
    );
    return info.weights.kept;
  }

  /**
   * Runs `work` on the trainer as soon as that is there and earlier work has ended. Work for a
   * trainer that has broken down does not run on the one after it.
   */
  use<T>(work: (trainer: Trainer) => Promise<T>): Promise<T> {
    const trainer = this.#trainer;
    const result = this.#last.then(async () => work(await trainer));
    this.#last = result
      .catch((error) => {
        if (error instanceof TrainerError && error.code === 'crashed') {
          this.#set({ name: 'failed', message: error.message });
        }
      })
      .then(() => this.#noteTuning(null));
    return result;
  }

  /** Takes note of the progress of a call: int8 may be tuned in the middle of it. */
  note(progress: Progress): void {
    void this.#noteTuning(progress.phase === 'tuning' ? progress : null);
  }

  async #noteTuning(tuning: Progress | null): Promise<void> {
    if (tuning !== this.tuning) {
      this.tuning = tuning;
      this.changed();
    }
    if (tuning === null) await this.#refresh();
  }

  /** Shows the arithmetic that runs now. */
  async #refresh(): Promise<void> {
    const trainer = await this.#trainer.catch(() => null);
    if (!trainer || this.state.name !== 'ready') return;
    const info = trainer.info();
    const { precision, precisionReason } = this.state.info;
    if (info.precision === precision && info.precisionReason === precisionReason) return;
    this.#set({ ...this.state, info });
  }

  async #open(tell: (problem: string) => void): Promise<Trainer> {
    const onProgress = (progress: Progress) => this.#set({ name: 'loading', progress });
    const kept = rememberedWeights();
    if (kept === null) return createTrainer({ onProgress });
    try {
      return await createTrainer({ weights: { kept }, onProgress });
    } catch (error) {
      const isTheirs =
        error instanceof TrainerError && /^(weights-not-kept|invalid-weights)$/.test(error.code);
      if (!isTheirs) throw error;
      rememberWeights(null);
      tell(`${error.message} The page runs on its own weights.`);
      return createTrainer({ onProgress });
    }
  }

  #set(state: EngineState): void {
    this.state = state;
    this.changed();
  }
}
