import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../lib/fail.mjs';
import { makeFolder, makeLink } from '../lib/folder.mjs';
import { BUILD, CACHE } from '../lib/paths.mjs';
import { capture } from '../lib/run.mjs';
import { Stamp } from '../lib/stamp.mjs';
import { which } from '../lib/which.mjs';
import { debianApt, hasDebian, unpackDeb } from './debian.mjs';

// Debian 12 has 3.1.6, from before relaxed SIMD's opcodes were final, and Debian 13's Emscripten
// cannot be installed there without Debian 13's C library. So it is unpacked beside the system.
const VERSION = '3.1.69';
const OLDEST = [3, 1, 61];

/** What emcc runs, and the libraries under it; Debian's full closure would be 122 packages. */
const PACKAGES = [
  ...['emscripten', 'binaryen', 'node-acorn'],
  ...['clang-19', 'libclang-common-19-dev', 'libclang-cpp19', 'libllvm19'],
  ...['lld-19', 'llvm-19', 'llvm-19-linker-tools'],
  ...['libc6', 'libgcc-s1', 'libstdc++6', 'zlib1g', 'libzstd1', 'libxml2', 'libedit2', 'libtinfo6'],
  ...['libffi8', 'libz3-4', 'libbsd0', 'libmd0', 'liblzma5'],
];

/** Half of what the packages hold: the system libraries for dynamic linking, tests, manuals. */
const LEFT_OUT = [
  './usr/share/emscripten/cache/sysroot/lib/wasm32-emscripten/*pic',
  './usr/share/emscripten/test',
  './usr/share/man',
];

const CLANG_PROGRAMS = [
  ...['clang', 'lld', 'llvm-ar', 'llvm-nm', 'llvm-objcopy', 'llvm-objdump', 'llvm-dwarfdump'],
  ...['llvm-dwp', 'llvm-cxxfilt', 'llvm-symbolizer'],
];
const BINARYEN_PROGRAMS = [
  ...['wasm-opt', 'wasm-emscripten-finalize', 'wasm-metadce', 'wasm-ctor-eval', 'wasm-split'],
  ...['wasm-merge', 'wasm2js', 'wasm-dis', 'wasm-as'],
];

/** In the cache; another recipe, that is another state of this file, makes another folder. */
const RECIPE = createHash('sha256').update(readFileSync(new URL(import.meta.url)));
const PREFIX = join(CACHE, `emscripten-${VERSION}-${RECIPE.digest('hex').slice(0, 8)}`);

/** Links to Emscripten's folder, wherever it is. */
export const EMSCRIPTEN = join(BUILD, 'emscripten');
const TOOLCHAIN_FILE = join(EMSCRIPTEN, 'cmake/Modules/Platform/Emscripten.cmake');

/** @returns {import('../lib/step.mjs').Step} */
export function emscripten() {
  const stamp = new Stamp(join(BUILD, 'emscripten.stamp'), { PREFIX, path: which('emcc') });
  return {
    name: 'Emscripten',
    isDone: () => stamp.isCurrent() && existsSync(TOOLCHAIN_FILE),
    doing: existsSync(PREFIX) ? 'linking it' : `looking for it, else unpacking ${VERSION}`,
    async run() {
      makeLink((await systemEmscripten()) ?? (await unpackedEmscripten()), EMSCRIPTEN);
      // Emscripten writes CommonJS into .js files; the clone's package.json makes modules of them.
      writeFileSync(join(BUILD, 'package.json'), '{ "type": "commonjs" }\n');
      stamp.write();
    },
  };
}

/** @returns {Promise<string | undefined>} the folder of an emcc on the PATH that is new enough */
async function systemEmscripten() {
  const config = which('em-config');
  if (!which('emcc') || !config) return undefined;
  const folder = (await capture(config, ['EMSCRIPTEN_ROOT'])).trim();
  const version = readFileSync(join(folder, 'emscripten-version.txt'), 'utf8');
  return isNewEnough(version) ? folder : undefined;
}

/** @param {string} version '3.1.69', with or without quotes or a suffix */
export function isNewEnough(version) {
  const numbers = version.match(/\d+/g)?.map(Number) ?? [];
  const index = OLDEST.findIndex((oldest, i) => oldest !== numbers[i]);
  return index < 0 || Number(numbers[index]) > Number(OLDEST[index]);
}

/** @returns {Promise<string>} its folder */
async function unpackedEmscripten() {
  const folder = join(PREFIX, 'usr/share/emscripten');
  if (existsSync(folder)) return folder;
  if (!hasDebian()) {
    throw new UserError(
      `Emscripten ${OLDEST.join('.')} or newer is missing.`,
      'Install it: brew install emscripten, dnf install emscripten, or emsdk (emscripten.org), ' +
        'with emcc and em-config on the PATH.',
    );
  }
  await makeFolder(PREFIX, async (root) => {
    await unpackPackages(root);
    await useOwnLibraries(root);
    configure(root);
  });
  const said = await capture(join(folder, 'emcc'), ['--version']);
  if (!said.includes(VERSION)) {
    rmSync(PREFIX, { recursive: true });
    throw new UserError(`Debian's Emscripten is not ${VERSION}:\n${said}`);
  }
  return folder;
}

/** @param {string} root */
async function unpackPackages(root) {
  await debianApt(['download', ...PACKAGES], root);
  for (const file of readdirSync(root)) {
    const deb = join(root, file);
    const leaveOut = LEFT_OUT.map((pattern) => `--exclude=${pattern}`);
    await unpackDeb(deb, root, leaveOut);
    rmSync(deb);
  }
}

/**
 * Lets its programs run with the C library that they were built for, which came with them. The
 * paths are those that they will have.
 * @param {string} root
 */
async function useOwnLibraries(root) {
  const clang = CLANG_PROGRAMS.map((name) => join(root, 'usr/lib/llvm-19/bin', name));
  const binaryen = BINARYEN_PROGRAMS.map((name) => join(root, 'usr/bin', name));
  const multiarch = readdirSync(join(root, 'usr/lib')).find((name) => name.endsWith('-linux-gnu'));
  const folders = [`usr/lib/${multiarch}`, 'usr/lib/llvm-19/lib', 'usr/lib'];
  const path = folders.map((folder) => join(PREFIX, folder)).join(':');
  const loader = (await capture('patchelf', ['--print-interpreter', String(clang[0])])).trim();
  const ownLoader = join(PREFIX, 'usr', loader);
  for (const program of [...clang, ...binaryen]) {
    const args = ['--set-interpreter', ownLoader, '--force-rpath', '--set-rpath', path, program];
    await capture('patchelf', args);
  }
}

/**
 * Points Emscripten at them. FROZEN_CACHE, which Debian sets, stays: the packaged system libraries
 * serve, and nothing is compiled at first use.
 * @param {string} root
 */
function configure(root) {
  const folder = join(root, 'usr/share/emscripten');
  const config = join(folder, '.emscripten');
  const lines = readFileSync(config, 'utf8')
    .replace(/^(LLVM|CLANG)_ADD_VERSION.*\n/gm, '')
    .replace(/^LLVM_ROOT.*/m, `LLVM_ROOT = '${PREFIX}/usr/lib/llvm-19/bin'`)
    .replace(/^BINARYEN_ROOT.*/m, `BINARYEN_ROOT = '${PREFIX}/usr'`)
    .replace(/^NODE_JS .*/m, "NODE_JS = 'node'");
  writeFileSync(config, lines);
  makeLink('../nodejs', join(folder, 'node_modules')); // acorn
}
