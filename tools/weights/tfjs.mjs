import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fromFloat16 } from '../../web/weights/float16.mjs';
import { UserError } from '../lib/fail.mjs';

/** @typedef {import('../../web/weights/canonical.mjs').Tensor} Tensor */
/** @typedef {{ min?: number, scale?: number, dtype: string }} Quantization */
/** @typedef {{ name: string, shape: number[], dtype: string, quantization?: Quantization }} Spec */
/** @typedef {{ weightsManifest: { paths: string[], weights: Spec[] }[] }} LayersModel */

const BYTES = { float32: 4, int32: 4, uint16: 2, float16: 2, uint8: 1 };

/**
 * Opens a layers model: model.json and the shards that it names, beside it.
 * @param {string} path of model.json
 * @returns {{ tensors: Tensor[], files: string[] }}
 */
export function openTfjs(path) {
  if (!existsSync(path)) throw new UserError(`There is no file ${path}.`);
  const model = parseModel(path);
  const files = model.weightsManifest.flatMap(({ paths }) => paths);
  const shard = (/** @type {string} */ name) => join(dirname(path), name);
  const missing = files.find((name) => !existsSync(shard(name)));
  if (missing) throw new UserError(`${missing} is missing beside ${path}, which names it.`);
  const tensors = tfjsTensors(model, (name) => readFileSync(shard(name)));
  return { tensors, files: [path, ...files.map(shard)] };
}

/** @param {string} path @returns {LayersModel} */
function parseModel(path) {
  /** @type {unknown} */
  let cause;
  try {
    const model = JSON.parse(readFileSync(path, 'utf8'));
    if (Array.isArray(model.weightsManifest) && model.format !== 'graph-model') return model;
  } catch (error) {
    cause = error;
  }
  throw new UserError(
    `${path} is not a layers model of TensorFlow.js.`,
    'A graph model has lost the names of the layers: convert the Keras model to a layers model.',
    { cause },
  );
}

/**
 * Tensors of a TensorFlow.js layers model. Quantised ones are `value = stored * scale + min`
 * (tfjs-core, io_utils.ts).
 * @param {LayersModel} model what model.json holds
 * @param {(path: string) => Buffer} readShard
 * @returns {Tensor[]}
 */
export function tfjsTensors(model, readShard) {
  return model.weightsManifest.flatMap(({ paths, weights }) => {
    const bytes = Buffer.concat(paths.map(readShard));
    let end = 0;
    const tensors = weights.map((spec) => {
      const begin = end;
      end += spec.shape.reduce((product, size) => product * size, storedBytes(spec));
      const stored = bytes.subarray(begin, end);
      return { name: spec.name, shape: spec.shape, read: () => dequantize(spec, stored) };
    });
    if (end !== bytes.length) {
      throw new UserError(
        `The model's shards are not whole: they have ${bytes.length} bytes of ${end}.`,
        'Fetch or export the model again.',
      );
    }
    return tensors;
  });
}

/** @param {Spec} spec */
function storedBytes({ name, dtype, quantization }) {
  const stored = /** @type {keyof typeof BYTES} */ (quantization?.dtype ?? dtype);
  if (!(stored in BYTES)) throw new UserError(`${name} has the dtype ${stored}, which is unknown.`);
  return BYTES[stored];
}

/** @param {Spec} spec @param {Buffer} bytes as stored */
function dequantize({ name, dtype, quantization }, bytes) {
  const { buffer } = Uint8Array.from(bytes);
  const { dtype: stored, scale = 1, min = 0 } = quantization ?? { dtype };
  if (stored === 'float32') return new Float32Array(buffer);
  if (stored === 'float16') return fromFloat16(new Uint16Array(buffer));
  if (!quantization) throw new UserError(`${name} has the dtype ${dtype}; float32 can be read.`);
  const codes = stored === 'uint16' ? new Uint16Array(buffer) : new Uint8Array(buffer);
  const values = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; ++i) values[i] = Number(codes[i]) * scale + min;
  return values;
}
