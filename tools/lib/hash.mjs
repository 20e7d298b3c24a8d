import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 1 << 20;

/**
 * Digest of one or more files, read one after the other as one stream.
 * @param {string} algorithm as in node:crypto: 'sha256', 'sha512', 'md5'
 * @param {string[]} paths
 * @returns {Buffer}
 */
export function digestFiles(algorithm, ...paths) {
  const hash = createHash(algorithm);
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (const path of paths) {
    const fd = openSync(path, 'r');
    try {
      for (;;) {
        const length = readSync(fd, chunk, 0, CHUNK_BYTES, null);
        if (length === 0) break;
        hash.update(chunk.subarray(0, length));
      }
    } finally {
      closeSync(fd);
    }
  }
  return hash.digest();
}

/**
 * Whether a file has the content that an integrity string names, as in package-lock.json:
 * `<algorithm>-<digest in base64>`.
 * @param {string} path
 * @param {string} integrity
 */
export function matchesIntegrity(path, integrity) {
  const dash = integrity.indexOf('-');
  const digest = digestFiles(integrity.slice(0, dash), path);
  return digest.toString('base64') === integrity.slice(dash + 1);
}
