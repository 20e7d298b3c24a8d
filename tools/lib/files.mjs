import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';

/**
 * The files below folders of the clone that match, in order.
 * @param {readonly string[]} folders
 * @param {RegExp} pattern of the path
 * @returns {string[]} paths in the clone: 'wasm/core/error.cc'
 */
export function findFiles(folders, pattern) {
  return folders
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1)),
    )
    .filter((path) => pattern.test(path) && !path.includes('node_modules/'))
    .sort();
}
