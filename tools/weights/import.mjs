import { closeSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../lib/fail.mjs';
import { digestFiles } from '../lib/hash.mjs';
import { canonicalTensors } from './canonical.mjs';
import { openKerasH5 } from './keras-h5.mjs';
import { openKerasZip } from './keras-zip.mjs';
import { nsfwjsTensors } from './nsfwjs.mjs';
import { openSafetensors, writeSafetensors } from './safetensors.mjs';
import { openTfjs } from './tfjs.mjs';

/** @typedef {import('./canonical.mjs').Tensor} Tensor */

/**
 * Where weights come from, in words for the page; goes into the file.
 * @typedef {object} Description
 * @property {string} name
 * @property {string} source
 * @property {string} licence
 * @property {readonly string[]} featureLayers whose pooled outputs make the features
 * @property {'none' | 'sqrt'} [featureTransform] of every feature
 * @property {'none' | 'standardize'} [featureScaling] that a head learns best with
 */

/**
 * Turns a weight file of any known layout into one safetensors file with Keras' tensor names.
 * @param {string} input
 * @param {string} output
 * @param {Description} description
 * @param {import('./safetensors.mjs').Dtype} [dtype]
 * @throws {UserError} naming the first thing wrong with the file
 */
export async function importWeights(input, output, description, dtype = 'float32') {
  const source = await openSource(input);
  try {
    const tensors = canonicalTensors(source.tensors);
    mkdirSync(dirname(output), { recursive: true });
    writeSafetensors(output, tensors, {
      dtype,
      metadata: {
        format: 'tabtrain-inceptionv3',
        version: '1',
        name: description.name,
        source: description.source,
        licence: description.licence,
        source_sha256: digestFiles('sha256', ...(source.files ?? [input])).toString('hex'),
        feature_layers: description.featureLayers.join(),
        feature_transform: description.featureTransform ?? 'none',
        feature_scaling: description.featureScaling ?? 'none',
      },
    });
  } finally {
    source.close?.();
  }
}

/**
 * An opened weight file.
 * @typedef {object} Opened
 * @property {Tensor[]} tensors
 * @property {() => void} [close]
 * @property {string[]} [files] that it consists of, when that is not the path alone
 */

/**
 * @param {string} path
 * @returns {Promise<Opened> | Opened}
 */
function openSource(path) {
  if (statSync(path).isDirectory()) return openTfjs(join(path, 'model.json'));
  if (path.endsWith('.json')) return openTfjs(path);
  const magic = firstBytes(path, 9).toString('latin1');
  if (magic.startsWith('\x89HDF')) return openKerasH5(path);
  if (magic.startsWith('PK\x03\x04')) return openKerasZip(path);
  if (magic.startsWith('\x1f\x8b')) return { tensors: nsfwjsTensors(path) };
  if (magic[8] === '{') return openSafetensors(path);
  throw new UserError(
    `${path} is of no known kind.`,
    'Known: Keras .h5, .weights.h5 and .keras, model.json of TensorFlow.js, safetensors.',
  );
}

/** @param {string} path @param {number} count */
function firstBytes(path, count) {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(count);
    return bytes.subarray(0, readSync(fd, bytes));
  } finally {
    closeSync(fd);
  }
}
