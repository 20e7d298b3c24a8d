import { existsSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { encodeSafetensors } from '../../web/weights/safetensors.mjs';
import { BUILD } from '../lib/paths.mjs';
import { Stamp } from '../lib/stamp.mjs';
import { openSafetensors, writePieces } from './safetensors.mjs';

/**
 * Makes the int8 form of calibrated weights, unless that was done.
 * @param {string} path of our file
 * @returns {string | undefined} its path; undefined when the weights are not calibrated
 */
export function int8Copy(path) {
  const { metadata, tensors, close } = openSafetensors(path);
  try {
    if (!metadata.activation_ranges) return undefined;
    const output = join(BUILD, 'weights-int8.safetensors');
    const { size, mtimeMs } = statSync(path);
    const stamp = new Stamp(`${output}.stamp`, { path: realpathSync(path), size, mtimeMs });
    if (stamp.isCurrent() && existsSync(output)) return output;
    writePieces(output, encodeSafetensors(tensors, { metadata, dtype: 'int8' }));
    stamp.write();
    return output;
  } finally {
    close();
  }
}
