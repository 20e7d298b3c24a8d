import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../lib/fail.mjs';
import { ROOT } from '../lib/paths.mjs';

/**
 * A place where weights come from; weights/README.md says what each field means.
 * @typedef {object} Source
 * @property {string} name
 * @property {string} title
 * @property {'keras-h5' | 'nsfwjs'} layout
 * @property {string} [url] either this
 * @property {string} [npm] or this: `<package>@<version>`
 * @property {string} integrity as in package-lock.json
 * @property {string} licence SPDX
 * @property {string[]} featureLayers
 * @property {'none' | 'sqrt'} [featureTransform]
 * @property {'none' | 'standardize'} [featureScaling]
 * @property {import('../../web/weights/container.mjs').Calibration} [calibration] from the file
 *     beside the manifest that `npm run weights -- calibrate` writes
 */

/** @returns {Source[]} the sources of weights/manifest.json */
export function readManifest() {
  /** @type {Source[]} */
  const sources = JSON.parse(readFileSync(join(ROOT, 'weights/manifest.json'), 'utf8')).sources;
  return sources.map((source) => {
    const calibration = readCalibration(source.name);
    return calibration ? { ...source, calibration } : source;
  });
}

/** Where the calibration of a source lies. @param {string} name */
export function calibrationFile(name) {
  return join(ROOT, 'weights/calibration', `${name}.json`);
}

/** @param {string} name */
function readCalibration(name) {
  const file = calibrationFile(name);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** @param {string} name @returns {Source} */
export function findSource(name) {
  const sources = readManifest();
  const source = sources.find((candidate) => candidate.name === name);
  if (source) return source;
  const names = sources.map((candidate) => candidate.name).join(', ');
  throw new UserError(`There is no source of weights named ${name}.`, `Known: ${names}.`);
}

/** Where a source can be looked up, in words for people. @param {Source} source */
export function origin(source) {
  return source.url ?? `npm ${source.npm}`;
}
