import type { LoadImage } from './batch.js';
import type { CoreSession } from './core.js';
import { Failure, invoke } from './failure.js';
import type { NamedImage } from './protocol.js';

/** An image of a sample: a file that is decoded again, or pixels at the network's size. */
interface Original {
  name: string;
  source: Blob | Uint8Array;
}

/**
 * Where the images of the samples are had again, to make views of them. Of a file only the reference
 * is kept, so that thousands cost nothing; of anything else the pixels at the network's size, 268 kB.
 */
export class Originals {
  readonly #originals = new Map<number, Original>();

  keep(id: number, { name, image }: NamedImage, pixels: Uint8Array): void {
    this.#originals.set(id, { name, source: image instanceof Blob ? image : pixels });
  }

  /** Forgets the samples that the session no longer has. */
  prune(session: CoreSession): void {
    for (const id of this.#originals.keys()) {
      if (!invoke(() => session.hasSample(id))) this.#originals.delete(id);
    }
  }

  /** Of all samples, in the order in which they were added. */
  ids(): number[] {
    return [...this.#originals.keys()];
  }

  nameOf(id: number): string {
    return this.#of(id).name;
  }

  /** Makes the sample's image the session's current one. */
  async load(id: number, session: CoreSession, loadImage: LoadImage): Promise<void> {
    const { source } = this.#of(id);
    if (source instanceof Blob) await loadImage(source);
    else invoke(() => session.loadImage(source));
  }

  #of(id: number): Original {
    const original = this.#originals.get(id);
    if (!original) throw new Failure('internal', `The image of the sample ${id} was not kept.`);
    return original;
  }
}
