import type { CoreDecoder, CoreImage, CoreResult } from './core.js';
import { type Engine, instantiate } from './engine.js';
import { Failure } from './failure.js';

/** An instance that grew beyond this is thrown away: a WebAssembly memory never shrinks. */
const keepBytes = 128 * 1024 * 1024;

/**
 * Brings images to the network's size. The decoder has a memory of its own, so that a large image
 * leaves nothing behind and a hostile one cannot reach the weights.
 */
export class Decoder {
  #engine: Engine<CoreDecoder>;
  #instance: CoreDecoder | null = null;

  constructor(engine: Engine<CoreDecoder>) {
    this.#engine = engine;
  }

  decodeFile(bytes: Uint8Array): Promise<CoreResult<CoreImage>> {
    return this.#call((decoder) => decoder.decodeFile(bytes));
  }

  resizePixels({ data, width, height }: ImageData): Promise<CoreResult<CoreImage>> {
    return this.#call((decoder) => decoder.resizePixels(data as Uint8ClampedArray, width, height));
  }

  async #call(use: (decoder: CoreDecoder) => CoreResult<CoreImage>) {
    this.#instance ??= await instantiate(this.#engine);
    const decoder = this.#instance;
    try {
      const result = use(decoder);
      if (decoder.memoryBytes() > keepBytes) this.#instance = null;
      return result;
    } catch {
      this.#instance = null; // after a trap its memory cannot be trusted
      throw new Failure('corrupt-image', 'The image file is damaged: it stopped the decoder.');
    }
  }
}
