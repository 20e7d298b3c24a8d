import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../lib/fail.mjs';
import { BUILD } from '../lib/paths.mjs';
import { Stamp } from '../lib/stamp.mjs';
import { cachedFile, fetchSource } from './fetch.mjs';
import { importWeights } from './import.mjs';
import { findSource, origin } from './manifest.mjs';

/** @typedef {import('./manifest.mjs').Source} Source */
/** @typedef {import('../../web/weights/safetensors.mjs').Dtype} Dtype */

/** Imported weights, one safetensors file each; `default.safetensors` links to the one in use. */
export const FOLDER = join(BUILD, 'weights');
const EXTENSION = /\.safetensors$/;
export const DEFAULT_LINK = join(FOLDER, 'default.safetensors');
const IMAGENET = 'keras-imagenet';
const FALLBACK = 'nsfwjs';
const CHOSEN = join(FOLDER, 'chosen');

/** Part of every stamp: raise it when the importer writes something else from the same source. */
const IMPORTER_VERSION = 2;

/** How long `npm start` waits for weights that must come over the network. */
const PATIENCE_SECONDS = 8;

/** @param {string} name */
export function weightsFile(name) {
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name) || name === 'default') {
    throw new UserError(
      `${name} cannot be the name of weights.`,
      'Use letters, digits, dots, dashes and underscores; `default` is taken.',
    );
  }
  return join(FOLDER, fileName(name));
}

/** @returns {string[]} the names of the imported weights */
export function importedNames() {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((file) => EXTENSION.test(file) && file !== basename(DEFAULT_LINK))
    .map((file) => file.replace(EXTENSION, ''));
}

/**
 * What imported weights are made from.
 * @param {Source} source
 * @param {string} [name]
 * @param {Dtype} [dtype]
 */
function stampOf(source, name = source.name, dtype = 'float32') {
  return new Stamp(join(FOLDER, `.${name}.stamp`), { source, name, dtype, IMPORTER_VERSION });
}

/**
 * Fetches and imports a source of the manifest, unless that was done.
 * @param {Source} source
 * @param {{ name?: string, dtype?: Dtype }} [options]
 */
export async function prepareSource(source, { name = source.name, dtype } = {}) {
  const output = weightsFile(name);
  const stamp = stampOf(source, name, dtype);
  if (stamp.isCurrent() && existsSync(output)) return;
  const input = await fetchSource(source);
  stamp.clear();
  await importWeights(input, output, { ...source, name, source: origin(source) }, dtype);
  stamp.write();
}

/** @returns {string | undefined} the weights that the page starts with */
export function defaultName() {
  return existsSync(DEFAULT_LINK) ? readlinkSync(DEFAULT_LINK).replace(EXTENSION, '') : undefined;
}

/** Makes weights the default by a person's choice, which set-up then leaves alone.
 * @param {string} name */
export function choose(name) {
  if (!existsSync(weightsFile(name))) {
    throw new UserError(`There are no weights named ${name} yet.`, 'Fetch or import them first.');
  }
  writeFileSync(CHOSEN, name);
  link(name);
}

/** @returns {string | undefined} what a person chose, while it is still there */
function chosenName() {
  const name = existsSync(CHOSEN) ? readFileSync(CHOSEN, 'utf8') : undefined;
  return name && existsSync(weightsFile(name)) ? name : undefined;
}

/** Built before, or in the cache. @param {Source} source */
function isHere(source) {
  return existsSync(weightsFile(source.name)) || existsSync(cachedFile(source));
}

/** What the page starts with: a person's choice, else ImageNet's when here, else npm's. */
function wantedName() {
  if (chosenName()) return String(chosenName());
  return isHere(findSource(IMAGENET)) ? IMAGENET : FALLBACK;
}

/** Whether prepareDefault() has nothing to do. */
export function defaultIsReady() {
  const name = wantedName();
  const isPrepared = chosenName() !== undefined || stampOf(findSource(name)).isCurrent();
  return isPrepared && defaultName() === name;
}

/**
 * Prepares the weights that the page starts with. ImageNet's may come over the network the first
 * time, when that takes seconds.
 */
export async function prepareDefault() {
  const imagenet = findSource(IMAGENET);
  if (wantedName() === FALLBACK && !existsSync(DEFAULT_LINK)) await tryToFetch(imagenet);
  const name = wantedName();
  if (!chosenName()) await prepareSource(findSource(name));
  link(name);
}

/** What arrived is kept when time runs out, and continued by `npm run weights`.
 * @param {Source} source */
async function tryToFetch(source) {
  try {
    await fetchSource(source, AbortSignal.timeout(PATIENCE_SECONDS * 1000));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}

/** @param {string} name */
function link(name) {
  rmSync(DEFAULT_LINK, { force: true });
  symlinkSync(fileName(name), DEFAULT_LINK);
}

/** @param {string} name */
function fileName(name) {
  return `${name}.safetensors`;
}
