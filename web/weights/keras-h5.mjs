import { WeightsError } from './error.mjs';
import { SAVED_ORDER } from './inceptionv3.mjs';

/** @typedef {import('./canonical.mjs').Tensor} Tensor */
/** @typedef {typeof import('h5wasm').default} H5wasm */
/** @typedef {import('h5wasm').Group} Group */

/** Variables of a layer in the order in which Keras 3 saves them, by kind of layer and their count. */
const SAVED_VARIABLES = {
  conv2d: { 1: ['kernel'], 2: ['kernel', 'bias'] },
  batch_normalization: {
    3: ['beta', 'moving_mean', 'moving_variance'],
    4: ['gamma', 'beta', 'moving_mean', 'moving_variance'],
  },
};

/**
 * Opens an HDF5 file of Keras with NIST's h5wasm (the HDF5 library itself): a weight file or a whole
 * model of Keras 1 or 2, or Keras 3's `.weights.h5`.
 * @param {H5wasm} h5wasm its build for Node, or that for browsers
 * @param {string} path in that build's file system
 * @returns {Promise<{ tensors: Tensor[], close: () => void }>}
 */
export async function openKerasH5(h5wasm, path) {
  const { activate_throwing_error_handler: throwErrors } = await h5wasm.ready;
  throwErrors(); // instead of printing HDF5's error stack
  try {
    const file = new h5wasm.File(path, 'r');
    const whole = file.get('model_weights'); // beside it lie the optimizer's, of the same names
    const root = whole instanceof h5wasm.Group ? whole : file;
    return { tensors: listTensors(h5wasm, root, ''), close: () => file.close() };
  } catch (cause) {
    throw new WeightsError(
      'It is not a whole HDF5 file: it is truncated or damaged.',
      'Fetch or export the file again.',
      { cause },
    );
  }
}

/**
 * Every dataset of a group, named by its path.
 * @param {H5wasm} h5wasm
 * @param {Group} group
 * @param {string} path of the group, '' or with a slash at its end
 * @returns {Tensor[]}
 */
function listTensors(h5wasm, group, path) {
  return group.keys().flatMap((key) => {
    const item = group.get(key);
    if (item instanceof h5wasm.Group) {
      return key === 'vars'
        ? savedVariables(item, path)
        : listTensors(h5wasm, item, `${path}${key}/`);
    }
    return item instanceof h5wasm.Dataset ? [tensor(`${path}${key}`, item)] : [];
  });
}

/**
 * Keras 3 numbers the variables of a layer, and names the layer's group by its kind and its place
 * in the model, not by its own name; later versions have that in an attribute.
 * @param {Group} vars the group of a layer's variables
 * @param {string} path of the layer's group, 'layers/conv2d_5/'
 * @returns {Tensor[]}
 */
function savedVariables(vars, path) {
  const [kind, place] = splitName(String(path.split('/').at(-2)));
  if (kind !== 'conv2d' && kind !== 'batch_normalization') return [];
  const keys = vars.keys();
  const names = /** @type {Record<number, string[]>} */ (SAVED_VARIABLES[kind])[keys.length] ?? [];
  const layer = vars.attrs.name?.value ?? `${kind}_${SAVED_ORDER[place]}`;
  return names.map((name, index) => {
    const item = /** @type {import('h5wasm').Dataset} */ (vars.get(String(index)));
    return tensor(`${layer}/${name}`, item);
  });
}

/** 'conv2d_5' -> 'conv2d', 5; without a number it is 0. @param {string} name @returns {[string, number]} */
function splitName(name) {
  const [, kind = name, number = '0'] = /^(.*?)(?:_(\d+))?$/.exec(name) ?? [];
  return [kind, Number(number)];
}

/** @param {string} name @param {import('h5wasm').Dataset} dataset @returns {Tensor} */
function tensor(name, dataset) {
  const read = () => {
    const { value } = dataset;
    if (value instanceof Float32Array) return value;
    if (value instanceof Float64Array) return Float32Array.from(value);
    throw new WeightsError(
      `${name} has the dtype ${dataset.dtype}; float32 can be read.`,
      'Export the weights as float32.',
    );
  };
  return { name, shape: dataset.shape ?? [], read };
}
