import { closeSync, mkdirSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../lib/fail.mjs';
import { digestFiles } from '../lib/hash.mjs';
import { canonicalTensors } from './canonical.mjs';
import { listDatasets, openHdf5 } from './hdf5.mjs';
import { nsfwjsTensors } from './nsfwjs.mjs';
import { openSafetensors, writeSafetensors } from './safetensors.mjs';

/** @typedef {import('./canonical.mjs').Tensor} Tensor */

/**
 * Where weights come from, in words for the page; goes into the file.
 * @typedef {object} Description
 * @property {string} name
 * @property {string} source
 * @property {string} licence
 * @property {readonly string[]} featureLayers whose pooled outputs make the features
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
        source_sha256: digestFiles('sha256', input).toString('hex'),
        feature_layers: description.featureLayers.join(),
      },
    });
  } finally {
    source.close?.();
  }
}

/**
 * @param {string} path
 * @returns {Promise<{ tensors: Tensor[], close?: () => void }>}
 */
async function openSource(path) {
  const magic = firstBytes(path, 9).toString('latin1');
  if (magic.startsWith('\x89HDF')) {
    const file = await openHdf5(path);
    return { tensors: listDatasets(file), close: () => file.close() };
  }
  if (magic.startsWith('\x1f\x8b')) return { tensors: nsfwjsTensors(path) };
  if (magic[8] === '{') return openSafetensors(path);
  throw new UserError(
    `${path} is of no known kind.`,
    'Known: Keras .h5, the npm package nsfwjs (.tgz), safetensors.',
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
