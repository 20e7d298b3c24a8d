import { createWriteStream, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from './fail.mjs';
import { matchesIntegrity } from './hash.mjs';

const STALL_SECONDS = 20;

/**
 * Downloads a file and checks it. What an interrupted download left (`<path>.part`) is continued.
 * @param {string} url
 * @param {string} path appears only when whole and right
 * @param {{ integrity: string, signal?: AbortSignal }} options integrity as in package-lock.json
 * @throws {UserError} in plain words when the network or the file is not as it must be
 */
export async function download(url, path, { integrity, signal }) {
  const part = `${path}.part`;
  mkdirSync(dirname(path), { recursive: true });
  const resumed = sizeOf(part) > 0;
  await fetchInto(url, part, signal);
  if (matchesIntegrity(part, integrity)) return renameSync(part, path);
  rmSync(part);
  // The rest of another version of the file may have been added to ours: once more from nothing.
  if (resumed) return download(url, path, { integrity, signal });
  throw new UserError(
    `${url} is not the file that was expected: its digest differs.`,
    'It was deleted. Try again; if that does not help, the file was changed where it comes from.',
  );
}

/**
 * Fetches what is missing of a file and appends it.
 * @param {string} url
 * @param {string} part
 * @param {AbortSignal} [outer]
 */
async function fetchInto(url, part, outer) {
  const stalled = new AbortController();
  const signal = outer ? AbortSignal.any([outer, stalled.signal]) : stalled.signal;
  const stall = setTimeout(() => stalled.abort(), STALL_SECONDS * 1000);
  try {
    const begin = sizeOf(part);
    const headers = begin > 0 ? { range: `bytes=${begin}-` } : undefined;
    const response = await fetch(url, { headers, signal });
    if (response.status === 416) return; // nothing is missing: the digest tells whether it is right
    if (!response.ok || !response.body) {
      throw new UserError(`${url} answered ${response.status} ${response.statusText}.`);
    }
    const flags = response.status === 206 ? 'a' : 'w';
    const body = Readable.fromWeb(/** @type {any} */ (response.body));
    body.on('data', () => stall.refresh());
    await pipeline(body, createWriteStream(part, { flags }), { signal });
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    if (outer?.aborted) throw new UserError(`${url}: not there in time.`, undefined, { cause });
    throw new UserError(
      `${url} cannot be reached, or the connection broke (${reason(cause)}).`,
      'Check the network and run the same command again: it goes on where it stopped.',
      { cause },
    );
  } finally {
    clearTimeout(stall);
  }
}

/** @param {any} error @returns {string} */
function reason(error) {
  if (error?.name === 'AbortError') return `nothing came for ${STALL_SECONDS} seconds`;
  return error?.cause?.code ?? error?.cause?.message ?? error?.message ?? String(error);
}

/** @param {string} path */
function sizeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
