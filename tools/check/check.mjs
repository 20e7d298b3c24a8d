import { UserError } from '../lib/fail.mjs';
import { findFiles } from '../lib/files.mjs';
import { npmProgram, status } from '../lib/run.mjs';
import { stopwatch } from '../lib/step.mjs';
import { tidy } from './tidy.mjs';

const CODE = ['wasm', 'tests', 'tools', 'web'];

/** @type {Record<string, () => Promise<boolean>>} */
const CHECKS = {
  'Biome (format and lint)': () => succeeds(npmProgram('biome'), 'check', '--error-on-warnings'),
  'TypeScript (types)': types,
  'clang-format': () =>
    succeeds('clang-format-19', '--dry-run', '-Werror', ...findFiles(CODE, /\.(cc|h)$/)),
  'clang-tidy': tidy,
};

/** Looks over the code without running it; every check runs, whatever the others found. */
export async function check() {
  const failed = [];
  for (const [name, run] of Object.entries(CHECKS)) {
    console.log(`\n-- ${name}`);
    const seconds = stopwatch();
    const ok = await run();
    console.log(`-- ${name}: ${ok ? 'clean' : 'FAILED'} (${seconds()})`);
    if (!ok) failed.push(name);
  }
  if (failed.length > 0) throw new UserError(`Not clean: ${failed.join(', ')}.`);
}

/** Each project of TypeScript; the tools are checked by their JSDoc. */
async function types() {
  let ok = true;
  for (const project of findFiles(CODE, /(^|\/)tsconfig\.json$/)) {
    ok = (await succeeds(npmProgram('tsc'), '--noEmit', '--project', project)) && ok;
  }
  return ok;
}

/** @param {string} program @param {...string} args */
async function succeeds(program, ...args) {
  return (await status(program, args)) === 0;
}
