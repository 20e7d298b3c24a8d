import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../lib/paths.mjs';
import { capture } from '../lib/run.mjs';

/** @returns {import('../lib/step.mjs').Step} */
export function nodeModules() {
  return {
    name: 'npm packages',
    isDone: () => time('node_modules/.package-lock.json') >= time('package-lock.json'),
    doing: 'npm ci',
    run: async () => void (await capture('npm', ['ci'])),
  };
}

/** When a file was last written, in ms. npm writes the first of the two when it has finished.
 * @param {string} path */
function time(path) {
  return statSync(join(ROOT, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
