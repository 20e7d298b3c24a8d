// A Keras .h5 of InceptionV3, made of the default weights.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import h5wasm from 'h5wasm/node';
import { BUILD } from '../../tools/lib/paths.mjs';
import { openSafetensors } from '../../tools/weights/safetensors.mjs';
import { DEFAULT_LINK } from '../../tools/weights/store.mjs';

/** @typedef {import('../../web/weights/canonical.mjs').Tensor} Tensor */

/** Where files that tests make lie. */
export const FILES = join(BUILD, 'test-files');

/**
 * Writes the default weights as Keras does.
 * @param {string} name of the file
 * @param {(tensor: Tensor) => Tensor[]} [change] of each tensor
 * @returns {Promise<string>} its path
 */
export async function writeKerasFile(name, change = (tensor) => [tensor]) {
  await h5wasm.ready;
  mkdirSync(FILES, { recursive: true });
  const path = join(FILES, name);
  const weights = openSafetensors(DEFAULT_LINK);
  const file = new h5wasm.File(path, 'w');
  for (const { name, shape, read } of weights.tensors.flatMap(change)) {
    const [layer = '', variable] = name.split('/');
    const group = file.get(layer) ?? file.create_group(layer).create_group(layer);
    const inner = /** @type {import('h5wasm').Group} */ (file.get(`${layer}/${layer}`) ?? group);
    inner.create_dataset({ name: `${variable}:0`, data: read(), shape: [...shape] });
  }
  file.close();
  weights.close();
  return path;
}
