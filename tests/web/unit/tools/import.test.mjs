import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import h5wasm from 'h5wasm/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { digestFiles } from '../../../../tools/lib/hash.mjs';
import { importWeights } from '../../../../tools/weights/import.mjs';
import { openSafetensors } from '../../../../tools/weights/safetensors.mjs';
import { inceptionTensors, namesOf, temporaryFolder } from './fixtures.mjs';

const folder = temporaryFolder();
const output = join(folder, 'out.safetensors');
const description = {
  name: 'mine',
  source: 'a test',
  licence: 'MIT',
  featureLayers: ['mixed4', 'mixed7'],
};

beforeAll(() => h5wasm.ready);

/**
 * Writes datasets to an HDF5 file.
 * @param {string} path
 * @param {readonly import('../../../../tools/weights/canonical.mjs').Tensor[]} tensors
 */
function writeHdf5(path, tensors) {
  const file = new h5wasm.File(path, 'w');
  for (const { name, shape, read } of tensors) {
    const groups = name.split('/').slice(0, -1);
    let group = file;
    for (const part of groups) group = group.get(part) ?? group.create_group(part);
    group.create_dataset({ name: name.split('/').at(-1), data: read(), shape: [...shape] });
  }
  file.close();
}

function expectImported(dtype = 'F32') {
  const file = openSafetensors(output);
  const expected = inceptionTensors();
  expect(namesOf(file.tensors)).toEqual(namesOf(expected));
  for (const [index, item] of file.tensors.entries()) {
    expect(item.shape).toEqual(expected[index].shape);
    const difference = Math.abs(item.read().at(-1) - expected[index].read().at(-1));
    expect(difference).toBeLessThan(dtype === 'F32' ? 1e-6 : 0.2);
  }
  file.close();
  return file.metadata;
}

describe("Keras' .h5", () => {
  const path = join(folder, 'keras.h5');
  beforeAll(() => {
    writeHdf5(
      path,
      inceptionTensors((layer, variable) => `${layer}/${layer}/${variable}:0`),
    );
  });

  test('is imported, with where it came from', async () => {
    await importWeights(path, output, description);
    expect(expectImported()).toEqual({
      format: 'tabtrain-inceptionv3',
      version: '1',
      name: 'mine',
      source: 'a test',
      licence: 'MIT',
      source_sha256: digestFiles('sha256', path).toString('hex'),
      feature_layers: 'mixed4,mixed7',
    });
  });

  test('is imported as float16, and a safetensors file as well', async () => {
    const half = join(folder, 'half.safetensors');
    await importWeights(path, half, description, 'float16');
    await importWeights(half, output, description);
    expect(expectImported('F16').source_sha256).toBe(digestFiles('sha256', half).toString('hex'));
  });

  test('is refused when truncated', async () => {
    const cut = join(folder, 'cut.h5');
    writeFileSync(cut, readFileSync(path));
    truncateSync(cut, 1_000_000);
    await expect(importWeights(cut, join(folder, 'no'), description)).rejects.toThrow(
      'not a whole HDF5 file',
    );
    expect(existsSync(join(folder, 'no'))).toBe(false);
  });
});

test.each([
  ['an empty file', ''],
  ['text', 'hello, I am no weight file at all'],
])('%s is refused', async (_, content) => {
  const path = join(folder, 'unknown');
  writeFileSync(path, content);
  await expect(importWeights(path, output, description)).rejects.toThrow('is of no known kind');
});
