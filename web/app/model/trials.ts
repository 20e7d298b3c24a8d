import { isUnknown } from '../../lib/tabtrain.js';
import type { Announcer } from './announcer.js';
import type { NamedClass } from './classes.js';
import type { Engine } from './engine.js';
import type { FoundFile } from './files.js';
import { messageOf, percent } from './format.js';
import { Store } from './store.js';
import type { Training } from './training.js';

const keptTrials = 100;

export interface TrialPrediction {
  photoClass: NamedClass;
  probability: number;
}

/** A photo that is tried on the model. */
export interface Trial {
  key: number;
  name: string;
  file: File;
  /** Waiting for a model, or for its turn. */
  state: 'waiting' | 'done' | 'failed';
  /** Best first; of the model before the last training while it waits again. */
  predictions: TrialPrediction[];
  /** Whether it is like none of the classes. */
  isUnknown: boolean;
  error: string | null;
}

/** The photos that were dropped to try the model, the newest first. */
export class Trials extends Store {
  list: Trial[] = [];
  #lastKey = 0;
  #running = false;

  constructor(
    readonly engine: Engine,
    readonly training: Training,
    readonly announcer: Announcer,
  ) {
    super();
    let state = training.state;
    training.addEventListener('change', () => {
      if (state === 'running' && training.state !== 'running') this.#again();
      state = training.state;
    });
  }

  add(files: FoundFile[]): void {
    const trials = files.map(({ file, path }): Trial => {
      this.#lastKey += 1;
      const key = this.#lastKey;
      return {
        key,
        name: path,
        file,
        state: 'waiting',
        predictions: [],
        isUnknown: false,
        error: null,
      };
    });
    this.list = [...trials, ...this.list].slice(0, keptTrials);
    this.changed();
    void this.#run();
  }

  clear(): void {
    this.list = [];
    this.changed();
  }

  /** Tries all photos on the model that has just been trained. */
  #again(): void {
    for (const trial of this.list) trial.state = 'waiting';
    this.changed();
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (;;) {
      const trial = this.list.find(({ state }) => state === 'waiting');
      if (!trial || !this.training.hasModel || this.training.state === 'running') break;
      await this.#try(trial);
      this.changed();
    }
    this.#running = false;
  }

  async #try(trial: Trial): Promise<void> {
    try {
      const predictions = await this.engine.use((trainer) => trainer.predict(trial.file));
      trial.predictions = predictions.map(({ label, probability }) => ({
        photoClass: this.training.classes.named(label),
        probability,
      }));
      trial.isUnknown = isUnknown(predictions) ?? false;
      trial.state = 'done';
      const [best] = trial.predictions;
      const unlike = trial.isUnknown ? 'not like any of your classes; the closest is ' : '';
      if (best) this.#say(trial, `${unlike}${best.photoClass.name}, ${percent(best.probability)}`);
    } catch (error) {
      trial.state = 'failed';
      trial.error = messageOf(error);
      this.#say(trial, trial.error);
    }
  }

  #say({ name }: Trial, result: string): void {
    this.announcer.say(`${name}: ${result}`);
  }
}
