const SECONDS_BETWEEN_LINES = 15;

/**
 * Shows how far several things have come: on a terminal in place, elsewhere a line now and then.
 */
export class Progress {
  /** @type {Map<string, string>} */
  #states = new Map();
  #lastLine = performance.now();

  /** @param {string} name @param {string} state '12/120' */
  update(name, state) {
    this.#states.set(name, state);
    const text = [...this.#states].map((pair) => pair.join(' ')).join(', ');
    if (process.stdout.isTTY) {
      // Save the cursor's place, clear to the end of the line, write, go back.
      process.stdout.write(`\x1b7\x1b[K${text.slice(0, process.stdout.columns / 2)}\x1b8`);
    } else if (performance.now() - this.#lastLine > SECONDS_BETWEEN_LINES * 1000) {
      this.#lastLine = performance.now();
      process.stdout.write(`\n      ${text} ... `);
    }
  }

  /** Leaves the line as if nothing had been shown. */
  clear() {
    if (process.stdout.isTTY) process.stdout.write('\x1b[K');
  }
}
