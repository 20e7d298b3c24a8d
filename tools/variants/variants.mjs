import { statSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { VARIANTS } from '../build/cmake.mjs';
import { withTemporaryFolder } from '../lib/folder.mjs';
import { addressOf, inPage } from '../lib/in-page.mjs';
import { BUILD, DIST, ROOT } from '../lib/paths.mjs';
import { importWeights } from '../weights/import.mjs';
import { openSafetensors } from '../weights/safetensors.mjs';
import { weightsFile } from '../weights/store.mjs';

/** The golden file and the weights that it was made with. */
const GOLDEN = join(ROOT, 'tests/golden/backbone/nsfwjs.safetensors');
const WEIGHTS = weightsFile('nsfwjs');

/** Prints a table of the variants, each forced. */
export async function compareVariants() {
  await withTemporaryFolder(join(BUILD, 'variants-'), async (folder) => {
    const weights = join(folder, 'weights');
    const description = { name: 'nsfwjs', source: 'npm nsfwjs', licence: 'MIT' };
    await importWeights(WEIGHTS, weights, { ...description, featureLayers: ['mixed10'] });
    const argument = { weights: addressOf(0), variants: VARIANTS, expected: goldenFeatures() };
    const { browser, rows } = await inPage(runVariants, argument, [weights]);

    console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} cores; ${browser}; float32\n`);
    const columns = ['variant', 'threads', 'wasm', 'memory: loaded', 'in use at most', 'in all'];
    console.log(`| ${[...columns, 'off Keras by', 'ms an image'].join(' | ')} |`);
    console.log(`|${'---|'.repeat(columns.length + 2)}`);
    for (const { variant, threads, loaded, trained, error, fastest } of rows) {
      const cells = [
        variant,
        threads,
        `${Math.round(statSync(join(DIST, 'wasm', `${variant}.wasm`)).size / 1000)} kB`,
        megabytes(loaded.used),
        megabytes(trained.peak),
        megabytes(trained.total),
        error.toExponential(0),
        Math.round(fastest),
      ];
      console.log(`| ${cells.join(' | ')} |`);
    }
  });
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}

/** Of the first of the two synthetic images. @returns {number[]} */
function goldenFeatures() {
  const { tensors, close } = openSafetensors(GOLDEN);
  const features = tensors.find(({ name }) => name === 'features')?.read() ?? [];
  close();
  return Array.from(features.slice(0, 2048));
}

/**
 * What runs in the page: loads, compares, and then trains on two classes of 32 pictures.
 * @param {{ weights: string, variants: readonly string[], expected: number[] }} argument
 */
async function runVariants({ weights, variants, expected }) {
  const { createTrainer } = await import(`${location.origin}/tabtrain.js`);
  const rows = [];
  for (const variant of variants) {
    const trainer = await createTrainer({ weights, variant, precision: 'float32' });
    if (trainer.info().variant !== variant) throw new Error(`${trainer.info().variant} ran`);
    const loaded = await trainer.memory();
    const features = await trainer.features(picture(0));
    for (const label of ['even', 'odd']) {
      const first = label === 'even' ? 0 : 32;
      const pictures = Array.from({ length: 32 }, (_, index) => picture(first + index));
      await trainer.addImages(label, pictures);
    }
    await trainer.fit({ epochs: 3 });
    await trainer.predict(picture(0));
    const { threads } = trainer.info();
    const trained = await trainer.memory();
    const fastest = await fastestOf(10, () => trainer.features(picture(0)));
    rows.push({ variant, threads, loaded, trained, error: errorOf(features), fastest });
    trainer.close();
  }
  return { browser: /Chrome\/\d+/.exec(navigator.userAgent)?.[0], rows };

  /** In milliseconds. @param {number} count @param {() => Promise<unknown>} work */
  async function fastestOf(count, work) {
    const times = [];
    for (let i = 0; i < count; ++i) {
      const start = performance.now();
      await work();
      times.push(performance.now() - start);
    }
    return Math.min(...times);
  }

  /** Of the largest expected. @param {Float32Array} features */
  function errorOf(features) {
    const differences = expected.map((value, index) => Math.abs(value - Number(features[index])));
    return Math.max(...differences) / Math.max(...expected);
  }

  /** The image of that number in tests/golden/backbone/make_backbone.py. @param {number} seed */
  function picture(seed) {
    const side = 299;
    const image = new ImageData(side, side);
    for (let y = 0; y < side; ++y) {
      for (let x = 0; x < side; ++x) {
        for (let c = 0; c < 3; ++c) {
          const noise = ((x * 7919 + y * 104729 + c * 1299709 + seed * 15485863) >> 3) % 64;
          const waves =
            wave(x * 3 + y + 40 * c + 17 * seed, 97) + wave(2 * y + 5 * seed + 30 * c, 61);
          image.data[(y * side + x) * 4 + c] = Math.floor((waves + noise) / 3);
        }
        image.data[(y * side + x) * 4 + 3] = 255;
      }
    }
    return image;
  }

  /** @param {number} t @param {number} period */
  function wave(t, period) {
    return Math.floor((Math.abs(2 * (t % period) - period) * 255) / period);
  }
}
