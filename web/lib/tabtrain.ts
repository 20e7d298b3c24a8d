/**
 * Trains an image classifier in a browser tab: InceptionV3 in WebAssembly, nothing is uploaded.
 *
 * ```ts
 * import { createTrainer } from '/tabtrain.js';
 * const trainer = await createTrainer();
 * await trainer.addImages('cat', catFiles);
 * await trainer.addImages('dog', dogFiles);
 * await trainer.fit();
 * const [best] = await trainer.predict(photo);
 * ```
 * @module
 */
import { createTrainerWith } from './create.js';
import type { Trainer, TrainerOptions } from './types.js';

export { TrainerError, type TrainerErrorCode } from './errors.js';
export type * from './types.js';
export { isUnknown } from './unknown.js';

/**
 * Starts a trainer: loads the WebAssembly core into a worker, and the weights into the core.
 * Rejects with a `TrainerError`, or with an `AbortError` when cancelled by `options.signal`.
 */
export function createTrainer(options: TrainerOptions = {}): Promise<Trainer> {
  return createTrainerWith(options, import.meta.url);
}
