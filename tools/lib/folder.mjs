import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder whole or not at all: it is filled under another name and then renamed.
 * @param {string} path
 * @param {(folder: string) => Promise<void>} fill
 */
export async function makeFolder(path, fill) {
  await withTemporaryFolder(`${path}.part-`, async (folder) => {
    await fill(folder);
    // Another set-up may have made the same folder meanwhile: then that one serves.
    if (!existsSync(path)) renameSync(folder, path);
  });
}

/** @type {Set<string>} */
const temporary = new Set();
process.on('exit', () => {
  for (const folder of temporary) rmSync(folder, { recursive: true, force: true });
});

/**
 * Makes a folder that is deleted when the program ends, also when a person interrupts it.
 * @param {string} prefix of its path
 */
export function temporaryFolder(prefix) {
  mkdirSync(dirname(prefix), { recursive: true });
  const folder = mkdtempSync(prefix);
  temporary.add(folder);
  return folder;
}

/**
 * Lends a folder that is deleted afterwards.
 * @template Result
 * @param {string} prefix of its path
 * @param {(folder: string) => Promise<Result>} use
 */
export async function withTemporaryFolder(prefix, use) {
  const folder = temporaryFolder(prefix);
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    temporary.delete(folder);
  }
}

/**
 * Makes a symbolic link, in place of what has its name.
 * @param {string} target
 * @param {string} path
 */
export function makeLink(target, path) {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { recursive: true, force: true });
  symlinkSync(target, path);
}
