// What the changed copies gain, told only when it was measured: the same photos and settings,
// trained with and without them, and scored on the same photos held back.

/** The outcome of a training on photos held back. */
interface Outcome {
  right: number;
  images: number;
}

export class Gain {
  readonly #without = new Map<string, Outcome>();
  readonly #with = new Map<string, Outcome>();
  #last = '';

  /** @param setting all that the outcome depends on but the copies */
  note(setting: string, hasCopies: boolean, accuracy: number, images: number): void {
    const outcome = { right: Math.round(accuracy * images), images };
    (hasCopies ? this.#with : this.#without).set(setting, outcome);
    this.#last = setting;
  }

  /** In a sentence, for the last training; null before both were run. */
  get summary(): string | null {
    const plain = this.#without.get(this.#last);
    const copied = this.#with.get(this.#last);
    if (!plain || !copied) return null;
    const both = `${copied.right} of ${copied.images} right with copies, ${plain.right} without`;
    const difference = copied.right - plain.right;
    return `Of the photos held back: ${both}.${verdict(difference, copied.images)}`;
  }
}

/** A difference below two standard errors, sqrt(n) / 2 at most for a count of n, may be chance. */
function verdict(difference: number, images: number): string {
  if (difference === 0) return ' No difference was seen.';
  if (Math.abs(difference) > Math.sqrt(images)) return '';
  return ' So small a difference may be chance.';
}
