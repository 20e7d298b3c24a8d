import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A file that records what a step was made from, so that the step runs again when its definition
 * changes. It is written last: an interrupted step has none.
 */
export class Stamp {
  /**
   * @param {string} path
   * @param {unknown} definition whatever the result depends on; must be JSON
   */
  constructor(path, definition) {
    this.path = path;
    this.text = `${JSON.stringify(definition)}\n`;
  }

  isCurrent() {
    try {
      return readFileSync(this.path, 'utf8') === this.text;
    } catch {
      return false;
    }
  }

  write() {
    mkdirSync(dirname(this.path), { recursive: true });
    writeFileSync(this.path, this.text);
  }

  clear() {
    rmSync(this.path, { force: true });
  }
}
