import h5wasm from 'h5wasm/node';
import { UserError } from '../lib/fail.mjs';

/** @typedef {import('./canonical.mjs').Tensor} Tensor */

/**
 * Opens an HDF5 file with NIST's h5wasm (the HDF5 library itself).
 * @param {string} path
 * @returns {Promise<import('h5wasm/node').File>} close() it
 */
export async function openHdf5(path) {
  const { activate_throwing_error_handler: throwErrors } = await h5wasm.ready;
  throwErrors(); // instead of printing HDF5's error stack
  try {
    return new h5wasm.File(path, 'r');
  } catch (cause) {
    throw new UserError(
      `${path} is not a whole HDF5 file: it is truncated or damaged.`,
      'Fetch or export the file again.',
      { cause },
    );
  }
}

/**
 * Every dataset of a group, with its path inside the group.
 * @param {import('h5wasm/node').Group} group
 * @param {string} [prefix]
 * @returns {Tensor[]}
 */
export function listDatasets(group, prefix = '') {
  return group.keys().flatMap((key) => {
    const item = group.get(key);
    if (item instanceof h5wasm.Group) return listDatasets(item, `${prefix}${key}/`);
    if (!(item instanceof h5wasm.Dataset)) return [];
    const name = `${prefix}${key}`;
    return [{ name, shape: item.shape ?? [], read: () => readFloats(name, item) }];
  });
}

/** @param {string} name @param {import('h5wasm/node').Dataset} dataset */
function readFloats(name, dataset) {
  const { value } = dataset;
  if (value instanceof Float32Array) return value;
  if (value instanceof Float64Array) return Float32Array.from(value);
  throw new UserError(`${name} has the dtype ${dataset.dtype}; float32 can be read.`);
}
