import { join } from 'node:path';
import { encodeSafetensors } from '../../web/weights/safetensors.mjs';
import { withTemporaryFolder } from '../lib/folder.mjs';
import { addressOf, inPage } from '../lib/in-page.mjs';
import { BUILD } from '../lib/paths.mjs';
import { photosIn } from '../lib/photos.mjs';
import { stopwatch } from '../lib/step.mjs';
import { importWeights } from '../weights/import.mjs';
import { openSafetensors, writePieces } from '../weights/safetensors.mjs';
import { DEFAULT_LINK } from '../weights/store.mjs';

/**
 * Writes the features of all photos in folders, through the page's own module.
 * @param {readonly string[]} folders each with one folder a class
 * @param {string} output
 * @param {{ weights?: string, layers?: string[] }} options layers: those of the weights when not
 *   given, with their transform; layers that are given are pooled and nothing more
 */
export async function writeFeatures(folders, output, { weights = DEFAULT_LINK, layers }) {
  const photos = folders.flatMap(photosIn);
  await withTemporaryFolder(join(BUILD, 'features-'), async (folder) => {
    const file = layers ? await withLayers(weights, layers, join(folder, 'weights')) : weights;
    const seconds = stopwatch();
    const files = [file, ...photos.map(({ path }) => path)];
    const { rows, info, failed } = await inPage(
      extract,
      files.map((_, i) => addressOf(i)),
      files,
    );
    for (const { index, message } of failed) console.log(`${photos[index]?.path}: ${message}`);
    const kept = photos.filter((_, index) => failed.every((each) => each.index !== index));
    writeTable(output, rows, kept, info);
    console.log(
      `${kept.length} photos, ${info.featureSize} features each: ${output} (${seconds()})`,
    );
  });
}

/**
 * The same weights with other features.
 * @param {string} weights @param {string[]} featureLayers @param {string} output
 */
async function withLayers(weights, featureLayers, output) {
  const { metadata, close } = openSafetensors(weights);
  close();
  const { name = '', source = '', licence = '' } = metadata;
  await importWeights(weights, output, { name, source, licence, featureLayers });
  return output;
}

/**
 * @param {string} path
 * @param {readonly string[]} rows in base64
 * @param {readonly import('../lib/photos.mjs').Photo[]} photos
 * @param {{ featureSize: number, weights: { name: string, featureLayers: string[] } }} info
 */
function writeTable(path, rows, photos, { featureSize, weights }) {
  const tensor = {
    name: 'features',
    shape: [rows.length, featureSize],
    read: () => {
      const bytes = Buffer.concat(rows.map((row) => Buffer.from(row, 'base64')));
      return new Float32Array(Uint8Array.from(bytes).buffer);
    },
  };
  const metadata = {
    weights: weights.name,
    layers: weights.featureLayers.join(),
    labels: JSON.stringify(photos.map(({ label }) => label)),
    names: JSON.stringify(photos.map(({ label, name }) => `${label}/${name}`)),
  };
  writePieces(path, encodeSafetensors([tensor], { metadata, dtype: 'float32' }));
}

/**
 * What runs in the page; gives the features of each photo in base64, as the way out is text.
 * @param {string[]} addresses of the weights, and of the photos
 */
async function extract([weights, ...photos]) {
  const { createTrainer } = await import(`${location.origin}/tabtrain.js`);
  const trainer = await createTrainer({ weights, precision: 'float32' });
  const rows = [];
  const failed = [];
  for (const [index, photo] of photos.entries()) {
    try {
      const features = await trainer.features(await (await fetch(photo)).blob());
      const bytes = Array.from(new Uint8Array(features.buffer), (byte) =>
        String.fromCharCode(byte),
      );
      rows.push(btoa(bytes.join('')));
    } catch (error) {
      failed.push({ index, message: /** @type {Error} */ (error).message });
    }
  }
  return { rows, failed, info: trainer.info() };
}
