import { join } from 'node:path';
import { configure } from '../build/cmake.mjs';
import { findFiles } from '../lib/files.mjs';
import { digestFiles } from '../lib/hash.mjs';
import { CORES, mapLimited } from '../lib/parallel.mjs';
import { BUILD, ROOT } from '../lib/paths.mjs';
import { outcome } from '../lib/run.mjs';
import { Stamp } from '../lib/stamp.mjs';

const PRESET = 'native';

/**
 * clang-tidy over the core, as the native build compiles it. A file that was clean is looked at
 * again when it, a header of ours or the rules have changed.
 * @returns {Promise<boolean>} whether every file is clean
 */
export async function tidy() {
  await configure(PRESET);
  const rules = ['.clang-tidy', ...findFiles(['wasm'], /\.h$/)];
  const shared = digest(rules);
  const stale = findFiles(['wasm'], /\.cc$/)
    .filter((file) => !file.startsWith('wasm/bindings/')) // not part of the native build
    .map((file) => {
      const path = join(BUILD, 'tidy', `${file}.stamp`);
      return { file, stamp: new Stamp(path, { shared, content: digest([file]) }) };
    })
    .filter(({ stamp }) => !stamp.isCurrent());
  const clean = await mapLimited(stale, CORES, async ({ file, stamp }) => {
    const ok = await isClean(file);
    if (ok) stamp.write();
    return ok;
  });
  return clean.every(Boolean);
}

/** @param {string} file */
async function isClean(file) {
  const { code, stdout, stderr } = await outcome('clang-tidy-19', [
    '--quiet',
    '-p',
    join(BUILD, PRESET),
    '--extra-arg=-Wno-unknown-warning-option', // GCC's warnings are named in the commands
    file,
  ]);
  if (code !== 0) console.log(stdout || stderr);
  return code === 0;
}

/** @param {readonly string[]} files */
function digest(files) {
  return digestFiles('sha256', ...files.map((file) => join(ROOT, file))).toString('hex');
}
