import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import {
  decodeHeader,
  decodeValues,
  headerLength,
  LENGTH_BYTES,
} from '../../web/weights/safetensors.mjs';

/** @typedef {import('../../web/weights/canonical.mjs').Tensor} Tensor */
/** @typedef {import('../../web/weights/safetensors.mjs').Dtype} Dtype */

/**
 * Writes a file whole or not at all.
 * @param {string} path
 * @param {Iterable<Uint8Array>} pieces
 */
export function writePieces(path, pieces) {
  const part = `${path}.part`;
  const fd = openSync(part, 'w');
  try {
    for (const piece of pieces) {
      for (let done = 0; done < piece.length; ) done += writeSync(fd, piece, done);
    }
    renameSync(part, path);
  } finally {
    closeSync(fd);
    rmSync(part, { force: true });
  }
}

/**
 * Opens a file and checks its header against its length; a tensor's values are read when asked for.
 * @param {string} path
 * @returns {{ metadata: Record<string, string>, dtype: Dtype, tensors: Tensor[],
 *     close: () => void }}
 * @throws {import('../../web/weights/error.mjs').WeightsError} naming what is wrong
 */
export function openSafetensors(path) {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const length = headerLength(readAt(fd, 0, Math.min(size, LENGTH_BYTES)), size);
    const { metadata, entries } = decodeHeader(readAt(fd, LENGTH_BYTES, length), size);
    const start = LENGTH_BYTES + length;
    return {
      metadata,
      dtype: entries.some(({ dtype }) => dtype === 'F16') ? 'float16' : 'float32',
      tensors: entries.map(({ name, shape, dtype, begin, end }) => ({
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
