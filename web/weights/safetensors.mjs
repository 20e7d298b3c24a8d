// The format: 8 bytes little-endian header length, a JSON header, the tensors without holes.
// https://github.com/huggingface/safetensors, whose reader refuses what ours refuses.
import { WeightsError } from './error.mjs';
import { fromFloat16, toFloat16 } from './float16.mjs';
import { quantizeKernel } from './int8.mjs';

/** @typedef {import('./canonical.mjs').Tensor} Tensor */
/** @typedef {'float32' | 'float16' | 'int8'} Dtype */
/** @typedef {{ metadata: Record<string, string>, dtype: Dtype }} EncodeOptions */

/** A tensor's place in a file, in bytes from the end of the header.
 * @typedef {{ name: string, shape: number[], dtype: 'F32' | 'F16', begin: number, end: number }} Entry */

const MAX_HEADER_BYTES = 1 << 20;
const BYTES = { F32: 4, F16: 2, I8: 1 };

/** How many bytes a file begins with that tell the length of its header. */
export const LENGTH_BYTES = 8;

/** @param {readonly Tensor[]} tensors @param {EncodeOptions} options */
export function encodedBytes(tensors, { metadata, dtype }) {
  const { bytes, dataBytes } = encodeHeader(storedTensors(tensors, dtype), metadata);
  return bytes.length + dataBytes;
}

/**
 * The content of a file, in pieces: the header, then the tensors in the given order, each read
 * when its piece is asked for.
 * @param {readonly Tensor[]} tensors
 * @param {EncodeOptions} options
 * @returns {Generator<Uint8Array<ArrayBuffer>>}
 */
export function* encodeSafetensors(tensors, { metadata, dtype }) {
  const stored = storedTensors(tensors, dtype);
  yield encodeHeader(stored, metadata).bytes;
  for (const { name, shape, encode } of stored) {
    const { buffer, byteOffset, byteLength, length } = encode();
    if (length !== elementCount(shape)) {
      throw new Error(`${name}: ${length} values for the shape [${shape}]`);
    }
    yield new Uint8Array(/** @type {ArrayBuffer} */ (buffer), byteOffset, byteLength);
  }
}

/**
 * A tensor as it lies in a file.
 * @typedef {object} StoredTensor
 * @property {string} name
 * @property {readonly number[]} shape
 * @property {keyof typeof BYTES} code
 * @property {() => Float32Array | Uint16Array | Int8Array} encode
 */

/**
 * In int8 only kernels are: what remains is small, and their scales follow them.
 * @param {readonly Tensor[]} tensors
 * @param {Dtype} dtype
 * @returns {StoredTensor[]}
 */
function storedTensors(tensors, dtype) {
  return tensors.flatMap((tensor) => {
    if (dtype === 'int8' && tensor.name.endsWith('/kernel')) return int8Tensors(tensor);
    const { name, shape, read } = tensor;
    if (dtype !== 'float16') return [{ name, shape, code: 'F32', encode: read }];
    return [{ name, shape, code: 'F16', encode: () => toHalves(name, read()) }];
  });
}

/** @param {Tensor} kernel @returns {StoredTensor[]} */
function int8Tensors({ name, shape, read }) {
  const channels = Number(shape.at(-1));
  const quantized = () => quantizeKernel(read(), channels);
  return [
    { name, shape, code: 'I8', encode: () => quantized().levels },
    { name: `${name}_scale`, shape: [channels], code: 'F32', encode: () => quantized().scales },
  ];
}

/** @param {readonly StoredTensor[]} tensors @param {Record<string, string>} metadata */
function encodeHeader(tensors, metadata) {
  /** @type {Record<string, unknown>} */
  const header = { __metadata__: metadata };
  let end = 0;
  for (const { name, shape, code } of tensors) {
    const begin = end;
    end += elementCount(shape) * BYTES[code];
    header[name] = { dtype: code, shape, data_offsets: [begin, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8; // tensors begin at a multiple of 8 bytes
  const bytes = new Uint8Array(LENGTH_BYTES + padded).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(json, LENGTH_BYTES);
  return { bytes, dataBytes: end };
}

/** @param {string} name @param {Float32Array} values */
function toHalves(name, values) {
  const halves = toFloat16(values);
  const tooLarge = halves.findIndex((half) => (half & 0x7c00) === 0x7c00);
  if (tooLarge >= 0) {
    throw new WeightsError(
      `${name} has the value ${values[tooLarge]}, which float16 cannot hold.`,
      'Import the file as float32.',
    );
  }
  return halves;
}

/**
 * How long the header is.
 * @param {Uint8Array} start of the file, LENGTH_BYTES or fewer where it has not more
 * @param {number} fileBytes
 */
export function headerLength(start, fileBytes) {
  if (start.length === LENGTH_BYTES) {
    const view = new DataView(start.buffer, start.byteOffset, LENGTH_BYTES);
    const length = Number(view.getBigUint64(0, true));
    if (length >= 2 && length <= MAX_HEADER_BYTES && LENGTH_BYTES + length <= fileBytes) {
      return length;
    }
  }
  throw damaged('its header does not fit');
}

/**
 * Checks a header against the length of its file.
 * @param {Uint8Array} bytes the JSON
 * @param {number} fileBytes
 * @returns {{ metadata: Record<string, string>, entries: Entry[] }} entries in the file's order
 */
export function decodeHeader(bytes, fileBytes) {
  const { __metadata__: metadata = {}, ...header } = parseJson(bytes);
  const entries = Object.entries(header)
    .map(([name, entry]) => checkEntry(name, entry))
    .sort((a, b) => a.begin - b.begin);
  let end = 0;
  for (const entry of entries) {
    if (entry.begin !== end) throw damaged(`${entry.name} overlaps or leaves a hole`);
    end = entry.end;
  }
  const described = LENGTH_BYTES + bytes.length + end;
  if (described !== fileBytes) {
    throw damaged(`it has ${fileBytes} bytes, and its header describes ${described}`);
  }
  return { metadata, entries };
}

/** @param {Uint8Array} bytes @returns {Record<string, any>} */
function parseJson(bytes) {
  try {
    const header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (bytes[0] === 0x7b && typeof header === 'object') return header;
  } catch (cause) {
    throw damaged('its header is not JSON', cause);
  }
  throw damaged('its header is not a JSON object');
}

/**
 * @param {string} name
 * @param {any} entry
 * @returns {Entry}
 */
function checkEntry(name, entry) {
  const { dtype, shape, data_offsets: offsets } = entry ?? {};
  const isSize = (/** @type {unknown} */ n) => Number.isSafeInteger(n) && Number(n) >= 0;
  if (dtype !== 'F32' && dtype !== 'F16') {
    throw damaged(`${name} has the dtype ${dtype}; F32 and F16 can be read`);
  }
  if (!Array.isArray(shape) || shape.length > 8 || !shape.every(isSize)) {
    throw damaged(`${name} has no proper shape`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    throw damaged(`${name} has no proper offsets`);
  }
  const [begin, end] = offsets;
  const known = /** @type {'F32' | 'F16'} */ (dtype);
  if (end - begin !== elementCount(shape) * BYTES[known]) {
    throw damaged(`${name} has ${end - begin} bytes, not those of [${shape}]`);
  }
  return { name, dtype: known, shape, begin, end };
}

/** @param {Uint8Array} bytes of a tensor @param {'F32' | 'F16'} dtype */
export function decodeValues(bytes, dtype) {
  // A copy: the bytes may begin at any address, a typed array only at a multiple of its element.
  const { buffer } = Uint8Array.from(bytes);
  return dtype === 'F32' ? new Float32Array(buffer) : fromFloat16(new Uint16Array(buffer));
}

/** @param {readonly number[]} shape */
function elementCount(shape) {
  return shape.reduce((product, size) => product * size, 1);
}

/** @param {string} reason @param {unknown} [cause] */
function damaged(reason, cause) {
  return new WeightsError(
    `It is not a whole safetensors file: ${reason}.`,
    'Fetch or export the file again.',
    { cause },
  );
}
