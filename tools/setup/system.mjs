import { existsSync } from 'node:fs';
import { UserError } from '../lib/fail.mjs';
import { capture, outcome } from '../lib/run.mjs';
import { which } from '../lib/which.mjs';

/**
 * Something of the system that we use, and the package that has it.
 * @typedef {object} Tool
 * @property {string} name
 * @property {boolean} [testsOnly]
 * @property {() => boolean} isThere
 * @property {string} apt
 * @property {string} dnf
 * @property {string} brew
 */

/** @type {readonly Tool[]} */
const TOOLS = [
  { ...everywhere('cmake'), isThere: program('cmake') },
  {
    name: 'a C++ compiler',
    isThere: program('c++', 'g++'),
    apt: 'g++',
    dnf: 'gcc-c++',
    brew: 'gcc',
  },
  {
    name: 'Ninja',
    isThere: program('ninja'),
    apt: 'ninja-build',
    dnf: 'ninja-build',
    brew: 'ninja',
  },
  { ...everywhere('python3'), isThere: program('python3') }, // Emscripten is written in it
  { ...everywhere('patchelf'), isThere: program('patchelf') },
  { name: 'xz', isThere: program('xz'), apt: 'xz-utils', dnf: 'xz', brew: 'xz' },
  { ...everywhere('bzip2'), isThere: program('bzip2') },
  {
    name: 'cpuinfo',
    isThere: () => ['/usr', '/usr/local', '/opt/homebrew'].some(hasCpuinfo),
    apt: 'libcpuinfo-dev',
    dnf: 'cpuinfo-devel',
    brew: 'cpuinfo',
  },
  { ...everywhere('chromium'), testsOnly: true, isThere: program('chromium') },
  { ...clang('clang-format'), testsOnly: true },
  { ...clang('clang-tidy'), testsOnly: true },
];

/** @param {string} name of the program and of its package on every system */
function everywhere(name) {
  return { name, apt: name, dnf: name, brew: name };
}

/** @param {...string} names */
function program(...names) {
  return () => which(...names) !== undefined;
}

/** @param {string} prefix */
function hasCpuinfo(prefix) {
  return existsSync(`${prefix}/include/cpuinfo.h`);
}

/** Version 19, that of the wasm compiler; others format and warn differently.
 * @param {string} name */
function clang(name) {
  const isThere = program(`${name}-19`);
  return {
    name: `${name}-19`,
    isThere,
    apt: `${name}-19`,
    dnf: 'clang-tools-extra',
    brew: 'llvm@19',
  };
}

/** @param {{ tests: boolean }} options */
function missing({ tests }) {
  return TOOLS.filter((tool) => (tests || !tool.testsOnly) && !tool.isThere());
}

/**
 * Installs what is missing, where that is possible.
 * @param {{ tests: boolean }} options
 * @returns {import('../lib/step.mjs').Step}
 */
export function systemPackages(options) {
  return {
    name: 'system packages',
    isDone: () => missing(options).length === 0,
    doing: `installing ${names(missing(options), 'name')}`,
    run: () => install(missing(options)),
  };
}

/** @param {readonly Tool[]} tools @param {'name' | 'apt' | 'dnf' | 'brew'} key */
function names(tools, key) {
  return [...new Set(tools.map((tool) => tool[key]))].join(' ');
}

/** @param {readonly Tool[]} tools */
async function install(tools) {
  const command = commandFor(tools);
  const lacking = `Missing: ${names(tools, 'name')}.`;
  if (!which('apt-get')) throw new UserError(lacking, `Install them: ${command}`);
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (asRoot.length > 0 && (await outcome('sudo', ['-n', 'true'])).code !== 0) {
    throw new UserError(`${lacking} Installing them takes root.`, `Run: ${command}`);
  }
  const apt = (/** @type {string[]} */ ...args) => {
    const env = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args];
    const [first, ...rest] = [...asRoot, ...env];
    return capture(String(first), rest);
  };
  const packages = names(tools, 'apt').split(' ');
  const installArgs = ['install', '--no-install-recommends', '--yes', ...packages];
  try {
    await apt(...installArgs);
  } catch {
    await apt('update'); // the lists were missing or old
    await apt(...installArgs);
  }
}

/** The command that a person can run on this system. @param {readonly Tool[]} tools */
function commandFor(tools) {
  if (which('apt-get')) {
    return `sudo apt-get update && sudo apt-get install --no-install-recommends ${names(tools, 'apt')}`;
  }
  if (which('dnf')) return `sudo dnf install ${names(tools, 'dnf')}`;
  return `brew install ${names(tools, 'brew')}`;
}
