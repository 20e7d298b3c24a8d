import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from './fail.mjs';

/** @typedef {{ label: string, name: string, path: string }} Photo */

/**
 * The files of a folder that has one folder a class.
 * @param {string} folder
 * @returns {Photo[]}
 */
export function photosIn(folder) {
  if (!existsSync(folder)) throw new UserError(`${folder} is not there.`, 'Name another folder.');
  const classes = readdirSync(folder).filter((name) => statSync(join(folder, name)).isDirectory());
  return classes.sort().flatMap((label) =>
    readdirSync(join(folder, label))
      .sort()
      .map((name) => ({ label, name, path: join(folder, label, name) })),
  );
}
