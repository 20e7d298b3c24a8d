import { constants, copyFileSync, mkdirSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Copies a file, unless its copy is there already, with the time of its last change.
 * @param {string} from
 * @param {string} to
 */
export function copyFile(from, to) {
  const source = statSync(from);
  const copy = statSync(to, { throwIfNoEntry: false });
  // utimes rounds to milliseconds
  const isSameTime = copy && Math.abs(copy.mtimeMs - source.mtimeMs) < 1;
  if (isSameTime && copy.size === source.size) return;
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  utimesSync(to, source.atime, source.mtime);
}

/** Copies what a folder holds. @param {string} from @param {string} to */
export function copyFolder(from, to) {
  for (const name of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    if (statSync(join(from, name)).isFile()) copyFile(join(from, name), join(to, name));
  }
}
