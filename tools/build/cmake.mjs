import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD, ROOT } from '../lib/paths.mjs';
import { capture, failure, outcome } from '../lib/run.mjs';
import { Stamp } from '../lib/stamp.mjs';
import { EMSCRIPTEN } from '../setup/emscripten.mjs';

/** @typedef {{ name: string, inherits?: string }} Preset */

const PRESETS = readFileSync(join(ROOT, 'CMakePresets.json'), 'utf8');

/** Names of the presets that make the WebAssembly variants. @type {readonly string[]} */
export const VARIANTS = JSON.parse(PRESETS)
  .configurePresets.filter((/** @type {Preset} */ preset) => preset.inherits === 'wasm')
  .map((/** @type {Preset} */ preset) => preset.name);

/**
 * Configures a preset, unless that was done. Ninja itself looks after changed CMakeLists.txt.
 * @param {string} preset
 */
export async function configure(preset) {
  const folder = join(BUILD, preset);
  const definition = { PRESETS, emscripten: realpathSync(EMSCRIPTEN) };
  const stamp = new Stamp(join(folder, 'configured.stamp'), definition);
  if (stamp.isCurrent() && existsSync(join(folder, 'build.ninja'))) return;
  await capture('cmake', ['--preset', preset, '--fresh']);
  stamp.write();
}

/**
 * Builds a target of a preset.
 * @param {string} preset
 * @param {{ target?: string, jobs: number, onProgress?: (state: string) => void }} options target:
 *   everything when not given; onProgress gets '12/120'
 */
export async function compile(preset, { target = 'all', jobs, onProgress }) {
  await configure(preset);
  const args = ['--build', '--preset', preset, '--target', target, '--parallel', String(jobs)];
  const { code, stdout, stderr } = await outcome('cmake', args, {
    env: { NINJA_STATUS: '[%f/%t] ' },
    onOutput(text) {
      const state = /^\[(\d+\/\d+)\] /m.exec(text)?.[1];
      if (state) onProgress?.(state);
    },
  });
  if (code === 0) return;
  // What the compiler said is what matters, not what went well before.
  throw failure('cmake', args, code, `${stderr}${stdout.replace(/^\[\d+\/\d+\] .*\n/gm, '')}`);
}
