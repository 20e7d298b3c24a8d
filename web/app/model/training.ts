import type { Epoch, Evaluation, FitOptions, Progress } from '../../lib/tabtrain.js';
import type { Announcer } from './announcer.js';
import { Augmentation } from './augmentation.js';
import { keepAwake } from './awake.js';
import type { Classes, NamedClass } from './classes.js';
import type { Engine } from './engine.js';
import { isAbort, messageOf, percent, plural } from './format.js';
import { Gain } from './gain.js';
import { Store } from './store.js';

/** What a person may set; the names and the defaults are those of `fit`. */
export interface Settings {
  epochs: number;
  batchSize: number;
  learningRate: number;
  validationSplit: number;
}

export type TrainingState = 'idle' | 'running' | 'done' | 'stopped' | 'failed';

/** Trains the head and keeps the curves and the figures of the last run. */
export class Training extends Store {
  settings: Settings = { epochs: 50, batchSize: 16, learningRate: 1e-4, validationSplit: 0.2 };
  state: TrainingState = 'idle';
  epochs: Epoch[] = [];
  evaluation: Evaluation | null = null;
  /** Whether the evaluation is of photos that were held back. */
  isHeldBack = false;
  /** Of the evaluation's rows and columns. */
  evaluated: NamedClass[] = [];
  error: string | null = null;
  /** Whether there is a model to try. */
  hasModel = false;
  /** Whether a check keeps the trainer busy. */
  isChecking = false;
  /** Changed copies of the photos, while they are made. */
  copies: Progress | null = null;
  readonly augmentation: Augmentation;
  readonly gain = new Gain();
  #controller = new AbortController();
  #steps = 0;
  /** Whether there was a model before the last run. */
  #hadModel = false;
  /** The photos that the model has learnt from, to see when others have come. */
  #learnt = '';

  constructor(
    readonly engine: Engine,
    readonly classes: Classes,
    readonly announcer: Announcer,
  ) {
    super();
    this.augmentation = new Augmentation(engine, classes, () => this.options);
  }

  /** What is missing before training is possible, in a sentence; null when nothing is. */
  get missing(): string | null {
    if (this.isChecking) return 'Training can start when the check is done.';
    if (this.classes.work) return 'Training can start when all photos have been looked at.';
    const filled = this.classes.list.filter(({ ready }) => ready > 0);
    if (filled.length >= 2) return null;
    return filled.length === 0
      ? 'Add photos to at least two classes first.'
      : 'Add photos to a second class first.';
  }

  /** Whether photos were added or taken out since the model was trained. */
  get isOutdated(): boolean {
    return this.hasModel && this.state !== 'running' && this.#learnt !== this.#photos();
  }

  /** Tells one training from another: the photos and the settings. */
  get inputs(): string {
    return `${JSON.stringify(this.options)} ${this.#photos()}`;
  }

  /** Of the next fit, or of a check of such fits. */
  get options(): FitOptions {
    const augment = this.augmentation.options;
    return { ...this.settings, ...(augment ? { augment } : {}) };
  }

  set(settings: Partial<Settings>): void {
    this.settings = { ...this.settings, ...settings };
    this.changed();
  }

  setChecking(isChecking: boolean): void {
    this.isChecking = isChecking;
    this.changed();
  }

  async start(): Promise<void> {
    if (this.state === 'running' || this.missing) return;
    this.#begin();
    const photos = this.#photos();
    try {
      await keepAwake(() => this.#fit());
      this.state = 'done';
    } catch (error) {
      this.#fail(error);
    }
    if (this.#isTaken()) {
      this.hasModel = true;
      this.#learnt = photos;
      await this.#evaluate();
    }
    this.copies = null;
    this.announcer.say(this.summary);
    this.changed();
    void this.augmentation.refresh();
  }

  stop(): void {
    this.#controller.abort();
  }

  /** Forgets the model, which went with its trainer. */
  reset(): void {
    this.state = 'idle';
    this.epochs = [];
    this.evaluation = null;
    this.hasModel = false;
    this.changed();
  }

  /** The outcome of the last run in a sentence. */
  get summary(): string {
    const last = this.epochs.at(-1);
    if (this.state === 'failed') return `Training failed: ${this.error}${this.#kept}`;
    if (!last) return this.state === 'stopped' ? `Stopped in the first epoch.${this.#kept}` : '';
    const score =
      last.valAccuracy === null
        ? ''
        : `, ${percent(last.valAccuracy)} of the photos held back are right`;
    return this.state === 'stopped'
      ? `Stopped after ${plural(last.epoch, 'epoch')}${score}. The model so far is in use.`
      : `Trained for ${plural(last.epoch, 'epoch')}${score}.`;
  }

  get #kept(): string {
    return this.hasModel && !this.#isTaken() ? ' The model from before stays in use.' : '';
  }

  /** Whether the trainer has taken the last run's model into use: see `Trainer.fit`. */
  #isTaken(): boolean {
    if (this.epochs.length > 0) return this.state !== 'failed' || !this.#hadModel;
    return this.#steps > 0 && this.state === 'stopped' && !this.#hadModel;
  }

  #begin(): void {
    this.#controller = new AbortController();
    this.state = 'running';
    this.epochs = [];
    this.#steps = 0;
    this.#hadModel = this.hasModel;
    this.error = null;
    this.announcer.say('Training has started.');
    this.changed();
  }

  #fit(): Promise<unknown> {
    const { signal } = this.#controller;
    const onProgress = (progress: Progress) => {
      this.engine.note(progress);
      if (progress.phase === 'fit') this.#steps = progress.done;
      if (progress.phase === 'views') this.#noteCopies(progress);
    };
    const onEpoch = (epoch: Epoch) => {
      this.epochs = [...this.epochs, epoch];
      this.changed();
    };
    return this.engine.use((trainer) =>
      trainer.fit({ ...this.options, fresh: true, signal, onEpoch, onProgress }),
    );
  }

  #noteCopies(progress: Progress): void {
    this.copies = progress.done === progress.total ? null : progress;
    this.changed();
  }

  #fail(error: unknown): void {
    this.state = isAbort(error) ? 'stopped' : 'failed';
    this.error = this.state === 'failed' ? messageOf(error) : null;
  }

  async #evaluate(): Promise<void> {
    try {
      const evaluation = await this.engine.use((trainer) => trainer.evaluate());
      this.evaluated = evaluation.classes.map((label) => this.classes.named(label));
      this.evaluation = evaluation;
      this.isHeldBack = this.epochs.some(({ valAccuracy }) => valAccuracy !== null);
      this.#noteOutcome(evaluation);
    } catch (error) {
      this.error = messageOf(error);
    }
  }

  /** Only trainings to the end, on photos that were held back, can be compared. */
  #noteOutcome({ accuracy, perClass }: Evaluation): void {
    if (this.state !== 'done' || this.settings.validationSplit === 0) return;
    const images = perClass.reduce((sum, { support }) => sum + support, 0);
    const setting = JSON.stringify([this.#learnt, this.settings]);
    this.gain.note(setting, this.augmentation.settings.isOn, accuracy, images);
  }

  #photos(): string {
    const ids = this.classes.list.flatMap(({ photos }) => photos.map(({ id }) => id));
    return ids.filter((id) => id !== null).join();
  }
}
