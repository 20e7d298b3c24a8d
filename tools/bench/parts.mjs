import { join } from 'node:path';
import { compile } from '../build/cmake.mjs';
import { CORES } from '../lib/parallel.mjs';
import { BUILD } from '../lib/paths.mjs';
import { Progress } from '../lib/progress.mjs';
import { failure, status } from '../lib/run.mjs';
import { runSteps } from '../lib/step.mjs';

const PROGRAMS = ['image_bench', 'head_bench', 'backbone_bench'];
/** Node 20 runs relaxed SIMD only when asked to; later ones may no longer know the flag. */
const FLAGS = process.versions.node.startsWith('20.') ? ['--experimental-wasm-relaxed-simd'] : [];

/**
 * Where the parts run, and how a program is started there.
 * @type {readonly { name: string, preset: string, start: (program: string) => string[] }[]}
 */
const PLACES = [
  { name: 'native', preset: 'bench-native', start: (program) => [program] },
  {
    name: 'wasm in Node',
    preset: 'bench-wasm',
    start: (program) => ['node', ...FLAGS, `${program}.js`],
  },
];

/**
 * Builds and runs Google Benchmark's programs; the tables go to the terminal.
 * @param {string} [filter] regular expression of the benchmarks' names
 */
export async function benchParts(filter = '.') {
  await runSteps(PLACES.map(({ name, preset }) => built(name, preset)));
  for (const { name, preset, start } of PLACES) {
    for (const program of PROGRAMS) {
      console.log(`\n== ${program}, ${name}`);
      const [command, ...args] = start(join(BUILD, preset, 'tests/bench', program));
      args.push(`--benchmark_filter=${filter}`);
      const code = await status(String(command), args);
      if (code !== 0) throw failure(program, args, code, 'Its output is above.');
    }
  }
}

/** @param {string} name @param {string} preset @returns {import('../lib/step.mjs').Step} */
function built(name, preset) {
  return {
    name: `benchmarks, ${name}`,
    doing: 'compiling',
    async run() {
      const progress = new Progress();
      await compile(preset, {
        jobs: CORES,
        onProgress: (state) => progress.update('built', state),
      });
      progress.clear();
    },
  };
}
