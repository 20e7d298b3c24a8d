import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { download } from '../lib/download.mjs';
import { UserError } from '../lib/fail.mjs';
import { withTemporaryFolder } from '../lib/folder.mjs';
import { matchesIntegrity } from '../lib/hash.mjs';
import { CACHE } from '../lib/paths.mjs';
import { capture } from '../lib/run.mjs';

/** @typedef {import('./manifest.mjs').Source} Source */

const FOLDER = join(CACHE, 'weights');

/** The file of a source in the cache, whether it is there or not. @param {Source} source */
export function cachedFile(source) {
  const name = source.url ? basename(source.url) : `${source.npm?.replace('@', '-')}.tgz`;
  return join(FOLDER, name);
}

/**
 * Brings a source's file into the cache, unless it is there, and checks it.
 * @param {Source} source
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>} its path
 */
export async function fetchSource(source, signal) {
  const path = cachedFile(source);
  if (existsSync(path)) {
    if (matchesIntegrity(path, source.integrity)) return path;
    rmSync(path); // something changed it since: fetch it again
  }
  mkdirSync(FOLDER, { recursive: true });
  if (source.url) await download(source.url, path, { integrity: source.integrity, signal });
  else await fetchPackage(source, path);
  return path;
}

/**
 * Takes a file that a person has already into the cache, when it is the very file of a source.
 * @param {string} path
 * @param {readonly Source[]} sources
 * @returns {Promise<Source | undefined>} that source
 */
export async function adoptFile(path, sources) {
  if (!statSync(path).isFile()) return undefined;
  const source = sources.find(({ integrity }) => matchesIntegrity(path, integrity));
  if (!source) return undefined;
  mkdirSync(FOLDER, { recursive: true });
  const copy = `${cachedFile(source)}.copy`;
  await copyFile(path, copy);
  renameSync(copy, cachedFile(source));
  return source;
}

/**
 * The package alone, as the registry has it: nothing of it is installed or run.
 * @param {Source} source
 * @param {string} path
 */
async function fetchPackage({ npm, integrity }, path) {
  await withTemporaryFolder(join(FOLDER, 'npm-'), async (folder) => {
    const options = ['--ignore-scripts', '--silent', '--pack-destination', folder];
    const name = (await capture('npm', ['pack', String(npm), ...options])).trim();
    if (!matchesIntegrity(join(folder, name), integrity)) {
      throw new UserError(`npm has another ${npm} than the one expected: its digest differs.`);
    }
    renameSync(join(folder, name), path);
  });
}
