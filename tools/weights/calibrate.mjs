import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { calibrationMetadata } from '../../web/weights/container.mjs';
import { encodeSafetensors } from '../../web/weights/safetensors.mjs';
import { compile } from '../build/cmake.mjs';
import { UserError } from '../lib/fail.mjs';
import { CORES } from '../lib/parallel.mjs';
import { BUILD } from '../lib/paths.mjs';
import { photosIn } from '../lib/photos.mjs';
import { Progress } from '../lib/progress.mjs';
import { capture } from '../lib/run.mjs';
import { setup } from '../setup/setup.mjs';
import { calibrationFile, findSource, readManifest } from './manifest.mjs';
import { openSafetensors, writePieces } from './safetensors.mjs';
import { prepareSource, weightsFile } from './store.mjs';

/** @typedef {import('../../web/weights/container.mjs').Calibration} Calibration */

const MOST_PHOTOS = 64;
const PHOTO = /\.(jpe?g|png|bmp)$/i;

/** Runs in every Node, unlike those with relaxed SIMD. */
const PRESET = 'simd-threads';

/**
 * Measures what int8 needs on photos, and writes it into the weights; for a source of the manifest
 * also beside that, to be committed.
 * @param {string} name of weights that are here
 * @param {string} folder with one folder of photos a class
 */
export async function calibrate(name, folder) {
  const weights = weightsFile(name);
  if (!existsSync(weights)) {
    throw new UserError(`There are no weights named ${name} yet.`, 'Fetch or import them first.');
  }
  const photos = evenly(
    photosIn(folder).filter((photo) => PHOTO.test(photo.name)),
    MOST_PHOTOS,
  );
  if (photos.length === 0) throw new UserError(`${folder} has no photos in folders of classes.`);
  await setup();
  const calibration = await measure(weights, photos);
  if (readManifest().some((source) => source.name === name)) {
    mkdirSync(dirname(calibrationFile(name)), { recursive: true });
    writeFileSync(calibrationFile(name), `${JSON.stringify(calibration)}\n`);
    await prepareSource(findSource(name));
  } else {
    rewriteMetadata(weights, calibrationMetadata(calibration));
  }
  console.log(
    `${weights} is calibrated on ${photos.length} photos: the features of int8 and of float32 have ` +
      `a mean cosine of ${calibration.int8Cosine.toFixed(4)}.`,
  );
}

/**
 * @param {string} weights
 * @param {readonly import('../lib/photos.mjs').Photo[]} photos
 * @returns {Promise<Calibration>}
 */
async function measure(weights, photos) {
  const progress = new Progress();
  await compile(PRESET, { target: 'calibrate', jobs: CORES });
  const program = join(BUILD, PRESET, 'tools/calibrate/calibrate.js');
  progress.update('calibrating on', `${photos.length} photos`);
  const output = await capture('node', [program, weights, ...photos.map(({ path }) => path)]);
  progress.clear();
  const { activation_ranges: activationRanges, cosine } = JSON.parse(output);
  return { activationRanges, int8Cosine: cosine.mean };
}

/** @template T @param {readonly T[]} items @param {number} most @returns {T[]} */
function evenly(items, most) {
  const step = Math.max(1, items.length / most);
  return items.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
}

/** @param {string} path @param {Record<string, string>} added */
function rewriteMetadata(path, added) {
  const { metadata, dtype, tensors, close } = openSafetensors(path);
  try {
    writePieces(path, encodeSafetensors(tensors, { metadata: { ...metadata, ...added }, dtype }));
  } finally {
    close();
  }
}
