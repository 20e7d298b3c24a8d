import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { KERNEL_SHAPES } from '../../../../web/weights/inceptionv3.mjs';

/** A folder that is deleted after the tests of the file that asks for it. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'tabtrain-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * InceptionV3's tensors with values that tell one from another, under Keras' names.
 * @param {(layer: string, variable: string) => string} name gets 'conv2d_1' and 'kernel'
 */
export function inceptionTensors(name = (layer, variable) => `${layer}/${variable}`) {
  return KERNEL_SHAPES.flatMap((shape, index) => {
    const number = index + 1;
    const width = Number(shape[3]);
    return [
      tensor(name(`batch_normalization_${number}`, 'beta'), [width], number),
      tensor(name(`batch_normalization_${number}`, 'moving_mean'), [width], number + 100),
      tensor(name(`batch_normalization_${number}`, 'moving_variance'), [width], number + 200),
      tensor(name(`conv2d_${number}`, 'kernel'), shape, number + 300),
    ];
  });
}

/**
 * A tensor that counts up from a value, so that a wrong order shows.
 * @param {string} name
 * @param {readonly number[]} shape
 * @param {number} first
 */
export function tensor(name, shape, first) {
  const length = shape.reduce((product, size) => product * size, 1);
  const read = () => {
    const values = new Float32Array(length);
    for (let i = 0; i < length; ++i) values[i] = first + i / length;
    return values;
  };
  return { name, shape, read };
}

/** @param {readonly { name: string }[]} tensors */
export function namesOf(tensors) {
  return tensors.map(({ name }) => name);
}
