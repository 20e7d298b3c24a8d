import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fetchSource } from '../../../../tools/weights/fetch.mjs';
import { importWeights } from '../../../../tools/weights/import.mjs';
import { findSource } from '../../../../tools/weights/manifest.mjs';
import { openSafetensors } from '../../../../tools/weights/safetensors.mjs';
import { inceptionTensors, namesOf, temporaryFolder } from './fixtures.mjs';

const output = join(temporaryFolder(), 'nsfwjs.safetensors');

test('the InceptionV3 of the real package is imported', async () => {
  const source = findSource('nsfwjs');
  await importWeights(await fetchSource(source), output, { ...source, source: 'npm' });
  const file = openSafetensors(output);
  expect(namesOf(file.tensors)).toEqual(namesOf(inceptionTensors()));

  // Of the package's own description: 8 bits between these limits, the lowest and highest used.
  const { read } = file.tensors.find(({ name }) => name === 'batch_normalization_1/beta');
  const [min, scale] = [-1.4470329237919228, 0.022262044981414198];
  const values = read();
  expect(Math.min(...values)).toBeCloseTo(min, 6);
  expect(Math.max(...values)).toBeCloseTo(min + 255 * scale, 6);
  for (const value of values) {
    const code = (value - min) / scale;
    expect(code).toBeCloseTo(Math.round(code), 3);
  }
  file.close();
}, 60_000);
