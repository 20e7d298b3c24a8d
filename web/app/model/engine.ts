import {
  createTrainer,
  type Progress,
  type Trainer,
  TrainerError,
  type TrainerInfo,
} from '../../lib/tabtrain.js';
import { messageOf } from './format.js';
import { Store } from './store.js';

export type EngineState =
  | { name: 'loading'; progress: Progress | null }
  | { name: 'ready'; info: TrainerInfo }
  /** It could not start, or broke down while it ran. */
  | { name: 'failed'; message: string };

/** The trainer of the page: starts it, tells how far it is, and makes a new one when it broke. */
export class Engine extends Store {
  state: EngineState = { name: 'loading', progress: null };
  #last: Promise<unknown> = Promise.resolve();
  #trainer: Promise<Trainer> = Promise.reject(new Error('The engine has not been started.'));

  constructor() {
    super();
    this.#trainer.catch(() => {});
  }

  start(): void {
    this.#set({ name: 'loading', progress: null });
    this.#trainer = createTrainer({
      onProgress: (progress) => this.#set({ name: 'loading', progress }),
    });
    this.#trainer.then(
      (trainer) => this.#set({ name: 'ready', info: trainer.info() }),
      (error) => this.#set({ name: 'failed', message: messageOf(error) }),
    );
  }

  /**
   * Runs `work` on the trainer as soon as that is there and earlier work has ended. Work for a
   * trainer that has broken down does not run on the one after it.
   */
  use<T>(work: (trainer: Trainer) => Promise<T>): Promise<T> {
    const trainer = this.#trainer;
    const result = this.#last.then(async () => work(await trainer));
    this.#last = result.catch((error) => {
      if (error instanceof TrainerError && error.code === 'crashed') {
        this.#set({ name: 'failed', message: error.message });
      }
    });
    return result;
  }

  #set(state: EngineState): void {
    this.state = state;
    this.changed();
  }
}
