import { existsSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../lib/fail.mjs';
import { makeFolder, makeLink } from '../lib/folder.mjs';
import { digestFiles } from '../lib/hash.mjs';
import { BUILD, CACHE } from '../lib/paths.mjs';
import { capture } from '../lib/run.mjs';
import { debianApt, hasDebian } from './debian.mjs';

/**
 * A library that is built from its source. Debian's tar and upstream's commit are the same version;
 * whichever can be had serves.
 * @typedef {object} Library
 * @property {string} name of the folder in build/third_party
 * @property {string} version as Debian counts
 * @property {{ source: string, file: string, sha256: string }} debian source package and its tar
 * @property {{ repository: string, commit: string }} upstream
 * @property {string} licence SPDX
 * @property {string} licenceFile
 * @property {boolean} shipped whether its code is in what we publish
 */

/** @type {readonly Library[]} */
export const LIBRARIES = JSON.parse(
  readFileSync(new URL('third-party.json', import.meta.url), 'utf8'),
).sources;

/** @param {Library} library */
export function linkOf({ name }) {
  return join(BUILD, 'third_party', name);
}

/** In the cache; another content has another name. @param {Library} library */
function folderOf({ name, version, debian, upstream }) {
  return join(
    CACHE,
    'src',
    `${name}-${version}-${debian.sha256.slice(0, 8)}${upstream.commit.slice(0, 8)}`,
  );
}

/** @returns {import('../lib/step.mjs').Step} */
export function thirdParty() {
  return {
    name: 'sources of third parties',
    isDone: () => LIBRARIES.every(isLinked),
    doing: 'fetching and unpacking them',
    async run() {
      for (const library of LIBRARIES) {
        const folder = folderOf(library);
        if (!existsSync(folder)) await makeFolder(folder, (part) => fetchLibrary(library, part));
        if (!isLinked(library)) makeLink(folder, linkOf(library));
      }
    },
  };
}

/** @param {Library} library */
function isLinked(library) {
  const link = linkOf(library);
  return existsSync(link) && readlinkSync(link) === folderOf(library);
}

/**
 * From Debian's archive, else from upstream.
 * @param {Library} library
 * @param {string} folder to fill
 */
async function fetchLibrary(library, folder) {
  const reasons = [];
  for (const fetch of hasDebian() ? [fromDebian, fromUpstream] : [fromUpstream]) {
    try {
      return await fetch(library, folder);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      reasons.push(error.message);
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
    }
  }
  throw new UserError(
    `The source of ${library.name} ${library.version} cannot be had:\n${reasons.join('\n')}`,
    'Check the network and run the same command again.',
  );
}

/** @param {Library} library @param {string} folder */
async function fromDebian({ name, version, debian }, folder) {
  await debianApt(['source', '--tar-only', '--download-only', debian.source], folder);
  const files = readdirSync(folder);
  const tar = join(folder, debian.file);
  if (!existsSync(tar) || digestFiles('sha256', tar).toString('hex') !== debian.sha256) {
    throw new UserError(`Debian has ${files} of ${name}, which is not the pinned ${version}.`);
  }
  await capture('tar', ['-xf', tar, '-C', folder]);
  rmSync(tar);
  const [top, ...others] = readdirSync(folder);
  if (others.length === 0) unwrap(folder, String(top));
}

/** Most tars have one folder at the top; XNNPACK's has none. @param {string} folder @param {string} top */
function unwrap(folder, top) {
  const aside = join(folder, '.top'); // the folder may hold one of its own name
  renameSync(join(folder, top), aside);
  for (const name of readdirSync(aside)) renameSync(join(aside, name), join(folder, name));
  rmSync(aside, { recursive: true });
}

/** @param {Library} library @param {string} folder */
async function fromUpstream({ upstream: { repository, commit } }, folder) {
  const git = (/** @type {string[]} */ ...args) => capture('git', args, { cwd: folder });
  await git('init', '--quiet');
  await git('fetch', '--quiet', '--depth', '1', repository, commit); // git checks that it is the one
  await git('checkout', '--quiet', 'FETCH_HEAD');
  rmSync(join(folder, '.git'), { recursive: true });
}
