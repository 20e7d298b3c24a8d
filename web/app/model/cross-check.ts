import type { CrossValidation, Progress } from '../../lib/tabtrain.js';
import type { Announcer } from './announcer.js';
import { keepAwake } from './awake.js';
import type { Engine } from './engine.js';
import { isAbort, messageOf, percent } from './format.js';
import { Store } from './store.js';
import type { Training } from './training.js';

/** Checks the settings on photos that a model has not learnt from, five times over. */
export class CrossCheck extends Store {
  isRunning = false;
  progress: Progress | null = null;
  error: string | null = null;
  #controller = new AbortController();
  #result: CrossValidation | null = null;
  /** The photos and settings that the result belongs to. */
  #checked = '';

  constructor(
    readonly engine: Engine,
    readonly training: Training,
    readonly announcer: Announcer,
  ) {
    super();
  }

  /** Null too when photos or settings are others by now. */
  get result(): CrossValidation | null {
    return this.#checked === this.training.inputs ? this.#result : null;
  }

  async start(): Promise<void> {
    if (this.isRunning || this.training.missing) return;
    this.#begin();
    try {
      this.#result = await keepAwake(() => this.#run());
      this.announcer.say(describe(this.#result));
    } catch (error) {
      if (!isAbort(error)) this.error = messageOf(error);
      this.announcer.say(this.error ?? 'The check was stopped.');
    }
    this.isRunning = false;
    this.progress = null;
    this.training.setChecking(false);
    this.changed();
  }

  stop(): void {
    this.#controller.abort();
  }

  #begin(): void {
    this.#controller = new AbortController();
    this.#result = null;
    this.#checked = this.training.inputs;
    this.isRunning = true;
    this.error = null;
    this.training.setChecking(true);
    this.announcer.say('The check has started.');
    this.changed();
  }

  #run(): Promise<CrossValidation> {
    const { signal } = this.#controller;
    const onProgress = (progress: Progress) => {
      this.engine.note(progress);
      if (progress.phase === 'tuning') return;
      this.progress = progress;
      this.changed();
    };
    return this.engine.use((trainer) =>
      trainer.crossValidate({ ...this.training.options, folds: 5, signal, onProgress }),
    );
  }
}

/** The outcome in a sentence. */
export function describe({ accuracy, accuracyStd, folds }: CrossValidation): string {
  const spread = Math.round(accuracyStd * 100);
  return `${percent(accuracy)} ± ${spread} % right in ${folds.length} checks`;
}
