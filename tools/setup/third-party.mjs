import { existsSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../lib/fail.mjs';
import { makeFolder, makeLink, withTemporaryFolder } from '../lib/folder.mjs';
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
      const missing = LIBRARIES.filter((library) => !existsSync(folderOf(library)));
      if (missing.length > 0) await fetchLibraries(missing);
      for (const library of LIBRARIES) {
        if (!isLinked(library)) makeLink(folderOf(library), linkOf(library));
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
 * @param {readonly Library[]} libraries
 */
async function fetchLibraries(libraries) {
  await withTemporaryFolder(join(CACHE, 'tars-'), async (tars) => {
    const trouble = await downloadTars(libraries, tars);
    for (const library of libraries) {
      await makeFolder(folderOf(library), async (folder) => {
        if (isPinnedTar(join(tars, library.debian.file), library)) {
          await unpackTar(join(tars, library.debian.file), folder);
        } else {
          await fetchCommit(library, folder, trouble);
        }
      });
    }
  });
}

/**
 * Downloads what Debian has of the tars.
 * @param {readonly Library[]} libraries
 * @param {string} folder
 * @returns {Promise<string>} why one may be missing or another than the pinned
 */
async function downloadTars(libraries, folder) {
  if (!hasDebian()) return 'This is no Debian.';
  const names = libraries.map(({ debian }) => debian.source);
  try {
    await debianApt(['source', '--tar-only', '--download-only', ...names], folder);
    return `Debian has ${readdirSync(folder).join(', ')}, or its digest differs.`;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** @param {string} tar @param {Library} library */
function isPinnedTar(tar, { debian }) {
  return existsSync(tar) && digestFiles('sha256', tar).toString('hex') === debian.sha256;
}

/** @param {string} tar @param {string} folder */
async function unpackTar(tar, folder) {
  await capture('tar', ['-xf', tar, '-C', folder]);
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

/**
 * @param {Library} library
 * @param {string} folder
 * @param {string} trouble why Debian's tar does not serve
 */
async function fetchCommit({ name, version, debian, upstream }, folder, trouble) {
  const git = (/** @type {string[]} */ ...args) => capture('git', args, { cwd: folder });
  try {
    await git('init', '--quiet');
    await git('fetch', '--quiet', '--depth', '1', upstream.repository, upstream.commit);
    await git('checkout', '--quiet', 'FETCH_HEAD');
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    throw new UserError(
      `The source of ${name} ${version} cannot be had.\n` +
        `Wanted from Debian: ${debian.file}. ${trouble}\n` +
        `Wanted from upstream: ${upstream.commit}. ${cause.message}`,
      'Check the network and run the same command again.',
      { cause },
    );
  }
  rmSync(join(folder, '.git'), { recursive: true });
}
