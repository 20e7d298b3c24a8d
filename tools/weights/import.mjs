import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import h5wasm from 'h5wasm/node';
import { makeContainer } from '../../web/weights/container.mjs';
import { WeightsError } from '../../web/weights/error.mjs';
import { openKerasH5 } from '../../web/weights/keras-h5.mjs';
import { unzipKeras } from '../../web/weights/keras-zip.mjs';
import { UserError } from '../lib/fail.mjs';
import { temporaryFolder } from '../lib/folder.mjs';
import { digestFiles } from '../lib/hash.mjs';
import { nsfwjsTensors } from './nsfwjs.mjs';
import { openSafetensors, writePieces } from './safetensors.mjs';
import { openTfjs } from './tfjs.mjs';

/** @typedef {import('../../web/weights/canonical.mjs').Tensor} Tensor */
/** @typedef {import('../../web/weights/container.mjs').Description} Description */
/** @typedef {import('../../web/weights/safetensors.mjs').Dtype} Dtype */

/**
 * Turns a weight file of any known layout into one of ours.
 * @param {string} input
 * @param {string} output
 * @param {Description} description
 * @param {Dtype} [dtype]
 * @throws {UserError} naming the first thing wrong with the file
 */
export async function importWeights(input, output, description, dtype = 'float32') {
  try {
    const source = await openSource(input);
    try {
      const sourceSha256 = digestFiles('sha256', ...(source.files ?? [input])).toString('hex');
      const { pieces } = makeContainer(source.tensors, description, { dtype, sourceSha256 });
      mkdirSync(dirname(output), { recursive: true });
      writePieces(output, pieces);
    } finally {
      source.close?.();
    }
  } catch (cause) {
    if (!(cause instanceof WeightsError)) throw cause;
    throw new UserError(`${input} cannot be used. ${cause.message}`, cause.help, { cause });
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
  if (magic.startsWith('\x89HDF')) return openKerasH5(h5wasm, path);
  if (magic.startsWith('PK\x03\x04')) return openKerasZip(path);
  if (magic.startsWith('\x1f\x8b')) return { tensors: nsfwjsTensors(path) };
  if (magic[8] === '{') return openSafetensors(path);
  throw new UserError(
    `${path} is of no known kind.`,
    'Known: Keras .h5, .weights.h5 and .keras, model.json of TensorFlow.js, safetensors.',
  );
}

/** Keras 3's .keras. @param {string} path @returns {Promise<Opened>} */
async function openKerasZip(path) {
  const weights = unzipKeras(readFileSync(path));
  const folder = temporaryFolder(join(tmpdir(), 'tabtrain-keras-'));
  const file = join(folder, 'model.weights.h5');
  writeFileSync(file, weights);
  const { tensors, close } = await openKerasH5(h5wasm, file);
  return {
    tensors,
    close() {
      close();
      rmSync(folder, { recursive: true });
    },
  };
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
