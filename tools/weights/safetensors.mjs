import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { UserError } from '../lib/fail.mjs';
import { fromFloat16, toFloat16 } from './float16.mjs';

/** @typedef {import('./canonical.mjs').Tensor} Tensor */
/** @typedef {'float32' | 'float16'} Dtype */

// The format: 8 bytes little-endian header length, a JSON header, the tensors without holes.
// https://github.com/huggingface/safetensors, whose reader refuses what ours refuses.
const MAX_HEADER_BYTES = 1 << 20;
const BYTES = { F32: 4, F16: 2 };

/**
 * Writes a file whole or not at all. Tensors are read one at a time, in the given order, which is
 * the order they have in the file.
 * @param {string} path
 * @param {readonly Tensor[]} tensors
 * @param {{ metadata: Record<string, string>, dtype: Dtype }} options
 */
export function writeSafetensors(path, tensors, { metadata, dtype }) {
  const part = `${path}.part`;
  const fd = openSync(part, 'w');
  try {
    writeWhole(fd, encodeHeader(tensors, metadata, dtype));
    for (const tensor of tensors) {
      const values = tensor.read();
      if (values.length !== elementCount(tensor.shape)) {
        throw new Error(`${tensor.name}: ${values.length} values for the shape [${tensor.shape}]`);
      }
      writeWhole(fd, encodeValues(tensor.name, values, dtype));
    }
    renameSync(part, path);
  } finally {
    closeSync(fd);
    rmSync(part, { force: true });
  }
}

/**
 * @param {readonly Tensor[]} tensors
 * @param {Record<string, string>} metadata
 * @param {Dtype} dtype
 */
function encodeHeader(tensors, metadata, dtype) {
  const code = dtype === 'float16' ? 'F16' : 'F32';
  /** @type {Record<string, unknown>} */
  const header = { __metadata__: metadata };
  let end = 0;
  for (const { name, shape } of tensors) {
    const begin = end;
    end += elementCount(shape) * BYTES[code];
    header[name] = { dtype: code, shape, data_offsets: [begin, end] };
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8; // tensors begin at a multiple of 8 bytes
  const bytes = Buffer.alloc(8 + padded, ' ');
  bytes.writeBigUInt64LE(BigInt(padded));
  json.copy(bytes, 8);
  return bytes;
}

/**
 * @param {string} name
 * @param {Float32Array} values
 * @param {Dtype} dtype
 */
function encodeValues(name, values, dtype) {
  if (dtype === 'float32') return values;
  const halves = toFloat16(values);
  const tooLarge = halves.findIndex((half) => (half & 0x7c00) === 0x7c00);
  if (tooLarge >= 0) {
    throw new UserError(
      `${name} has the value ${values[tooLarge]}, which float16 cannot hold.`,
      'Import the file with --dtype float32.',
    );
  }
  return halves;
}

/** @param {number} fd @param {NodeJS.ArrayBufferView} view */
function writeWhole(fd, view) {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}

/**
 * Opens a file and checks its header against its length; a tensor's values are read when asked for.
 * @param {string} path
 * @returns {{ metadata: Record<string, string>, tensors: Tensor[], close: () => void }}
 * @throws {UserError} naming what is wrong
 */
export function openSafetensors(path) {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const headerBytes = size < 8 ? 0 : Number(readAt(fd, 0, 8).readBigUInt64LE());
    if (headerBytes < 2 || headerBytes > MAX_HEADER_BYTES || 8 + headerBytes > size) {
      throw damaged(path, 'its header does not fit');
    }
    const header = parseHeader(path, readAt(fd, 8, headerBytes));
    const { __metadata__: metadata = {}, ...entries } = header;
    const start = 8 + headerBytes;
    const tensors = Object.entries(entries)
      .map(([name, entry]) => checkEntry(path, name, entry))
      .sort((a, b) => a.begin - b.begin);
    let end = 0;
    for (const tensor of tensors) {
      if (tensor.begin !== end) throw damaged(path, `${tensor.name} overlaps or leaves a hole`);
      end = tensor.end;
    }
    if (start + end !== size) {
      throw damaged(path, `it has ${size} bytes, and its header describes ${start + end}`);
    }
    return {
      metadata,
      tensors: tensors.map(({ name, shape, dtype, begin, end }) => ({
        name,
        shape,
        read: () => decodeValues(readAt(fd, start + begin, end - begin), dtype),
      })),
      close: () => closeSync(fd),
    };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** @param {string} path @param {Buffer} bytes @returns {Record<string, any>} */
function parseHeader(path, bytes) {
  try {
    const header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (bytes[0] === 0x7b && typeof header === 'object') return header;
  } catch (cause) {
    throw damaged(path, 'its header is not JSON', cause);
  }
  throw damaged(path, 'its header is not a JSON object');
}

/**
 * @param {string} path
 * @param {string} name
 * @param {any} entry
 */
function checkEntry(path, name, entry) {
  const { dtype, shape, data_offsets: offsets } = entry ?? {};
  const isSize = (/** @type {unknown} */ n) => Number.isSafeInteger(n) && Number(n) >= 0;
  if (dtype !== 'F32' && dtype !== 'F16') {
    throw damaged(path, `${name} has the dtype ${dtype}; F32 and F16 can be read`);
  }
  if (!Array.isArray(shape) || shape.length > 8 || !shape.every(isSize)) {
    throw damaged(path, `${name} has no proper shape`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    throw damaged(path, `${name} has no proper offsets`);
  }
  const [begin, end] = offsets;
  const known = /** @type {keyof typeof BYTES} */ (dtype);
  if (end - begin !== elementCount(shape) * BYTES[known]) {
    throw damaged(path, `${name} has ${end - begin} bytes, not those of [${shape}]`);
  }
  return { name, dtype: known, shape, begin, end };
}

/** @param {Buffer} bytes @param {'F32' | 'F16'} dtype */
function decodeValues(bytes, dtype) {
  // A copy: a Buffer may begin at any address, a typed array only at a multiple of its element.
  const { buffer } = Uint8Array.from(bytes);
  return dtype === 'F32' ? new Float32Array(buffer) : fromFloat16(new Uint16Array(buffer));
}

/** @param {number} fd @param {number} position @param {number} length */
function readAt(fd, position, length) {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const count = readSync(fd, bytes, done, length - done, position + done);
    if (count === 0) throw new Error('The file became shorter while it was read');
    done += count;
  }
  return bytes;
}

/** @param {readonly number[]} shape */
function elementCount(shape) {
  return shape.reduce((product, size) => product * size, 1);
}

/** @param {string} path @param {string} reason @param {unknown} [cause] */
function damaged(path, reason, cause) {
  return new UserError(
    `${path} is not a whole safetensors file: ${reason}.`,
    'Fetch or export the file again.',
    { cause },
  );
}
