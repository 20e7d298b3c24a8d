import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORES, mapLimited } from '../lib/parallel.mjs';
import { BUILD, DIST } from '../lib/paths.mjs';
import { Progress } from '../lib/progress.mjs';
import { runSteps } from '../lib/step.mjs';
import { SAMPLES } from '../setup/samples.mjs';
import { headersFile } from '../site/headers.mjs';
import { int8Copy } from '../weights/int8-copy.mjs';
import { openSafetensors } from '../weights/safetensors.mjs';
import { compile, VARIANTS } from './cmake.mjs';
import { copyFile, copyFolder } from './copy.mjs';
import { thirdPartyLicences } from './licences.mjs';
import { page } from './page.mjs';

/** Variants that are built at the same time. */
const AT_ONCE = 2;

/** Builds dist/, the static site. What did not change is not built again. */
export async function build() {
  console.log('Build');
  await runSteps([variants(), page(), neighbours()]);
}

/** @returns {import('../lib/step.mjs').Step} */
function variants() {
  return {
    name: 'WebAssembly',
    doing: `compiling ${VARIANTS.length} variants`,
    async run() {
      const progress = new Progress();
      const jobs = Math.max(1, Math.floor(CORES / AT_ONCE));
      await mapLimited(VARIANTS, AT_ONCE, (preset) =>
        compile(preset, {
          target: 'tabtrain_modules',
          jobs,
          onProgress: (state) => progress.update(preset, state),
        }),
      );
      progress.clear();
    },
  };
}

/** @returns {import('../lib/step.mjs').Step} */
function neighbours() {
  return {
    name: 'variants, weights, samples, headers, licences',
    doing: 'copying them beside the page',
    async run() {
      for (const preset of VARIANTS) {
        copyModule(preset, preset);
      }
      copyModule('simd-single', 'decoder'); // the same one serves every variant
      const weights = join(BUILD, 'weights/default.safetensors');
      writeWeights(weights);
      if (existsSync(SAMPLES)) copyFolder(SAMPLES, join(DIST, 'samples'));
      writeFileSync(join(DIST, '_headers'), headersFile());
      const licences = thirdPartyLicences(readMetadata(weights));
      writeFileSync(join(DIST, 'THIRD_PARTY_LICENSES.txt'), licences);
    },
  };
}

/**
 * The weights that the page starts with, as they are and, when they are calibrated, in int8;
 * default.json tells the module which files there are.
 * @param {string} weights
 */
function writeWeights(weights) {
  const folder = join(DIST, 'weights');
  const int8 = int8Copy(weights);
  copyFile(weights, join(folder, 'default.safetensors'));
  if (int8) copyFile(int8, join(folder, 'default-int8.safetensors'));
  else rmSync(join(folder, 'default-int8.safetensors'), { force: true });
  const files = {
    float32: 'default.safetensors',
    ...(int8 && { int8: 'default-int8.safetensors' }),
  };
  writeFileSync(join(folder, 'default.json'), `${JSON.stringify(files)}\n`);
}

/** @param {string} preset @param {string} name */
function copyModule(preset, name) {
  for (const file of [`${name}.mjs`, `${name}.wasm`]) {
    copyFile(join(BUILD, preset, 'wasm/bindings', file), join(DIST, 'wasm', file));
  }
}

/** @param {string} path of a weight file */
function readMetadata(path) {
  const { metadata, close } = openSafetensors(path);
  close();
  return metadata;
}
