import type { Progress } from '../../lib/tabtrain.js';
import type { Announcer } from './announcer.js';
import type { Classes } from './classes.js';
import type { Engine } from './engine.js';
import { isAbort, messageOf } from './format.js';
import { rememberWeights } from './remembered-weights.js';
import { Store } from './store.js';
import type { Training } from './training.js';

/** Takes other weights into use. Those before stay until the new ones are loaded. */
export class Weights extends Store {
  /** What is being loaded; null: nothing. */
  loading: { name: string; progress: Progress | null } | null = null;
  /** Why the last file could not be used. */
  problem: string | null = null;
  #controller = new AbortController();

  constructor(
    readonly engine: Engine,
    readonly classes: Classes,
    readonly training: Training,
    readonly announcer: Announcer,
  ) {
    super();
  }

  /** What the change costs, in a question; null when it costs nothing. */
  question(file: File | null): string | null {
    if (!this.classes.list.some(({ photos }) => photos.length > 0)) return null;
    const model = this.training.hasModel ? ', and the model has to be trained anew' : '';
    return `Use ${nameOf(file)}? All photos are looked at again with these weights${model}.`;
  }

  /** Loads a file, or with null the site's own weights, and gives them all photos. */
  async use(file: File | null): Promise<void> {
    if (this.loading) return;
    if (this.training.state === 'running') {
      return this.#end('The weights cannot be changed during a training. Stop it first.');
    }
    this.problem = null;
    this.#controller = new AbortController();
    this.#set(null, file);
    this.announcer.say(`Loading ${nameOf(file)}.`);
    try {
      const kept = await this.engine.change(file, {
        signal: this.#controller.signal,
        onProgress: (progress) => this.#set(progress, file),
      });
      rememberWeights(file && kept);
      this.training.reset();
      this.classes.restart();
      this.#end(null);
      this.announcer.say(`${nameOf(file)} in use.`);
    } catch (error) {
      this.#end(isAbort(error) ? null : messageOf(error));
    }
  }

  cancel(): void {
    this.#controller.abort();
  }

  #set(progress: Progress | null, file: File | null): void {
    this.loading = { name: nameOf(file), progress };
    this.changed();
  }

  #end(problem: string | null): void {
    this.loading = null;
    this.problem = problem;
    this.changed();
  }
}

function nameOf(file: File | null): string {
  return file?.name ?? 'the weights of this page';
}
