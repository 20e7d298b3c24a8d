import { existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import h5wasm from 'h5wasm/node';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { digestFiles } from '../../../../tools/lib/hash.mjs';
import { importWeights } from '../../../../tools/weights/import.mjs';
import { openSafetensors } from '../../../../tools/weights/safetensors.mjs';
import { tfjsTensors } from '../../../../tools/weights/tfjs.mjs';
import { SAVED_ORDER } from '../../../../web/weights/inceptionv3.mjs';
import { inceptionTensors, namesOf, temporaryFolder, tensor } from './fixtures.mjs';
import golden from './golden/keras_layers.json' with { type: 'json' };

const folder = temporaryFolder();
const output = join(folder, 'out.safetensors');
const description = {
  name: 'mine',
  source: 'a test',
  licence: 'MIT',
  featureLayers: ['mixed4', 'mixed7'],
  featureTransform: 'sqrt',
};

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 }); // files of 87 MB
beforeAll(() => h5wasm.ready);

/**
 * Writes datasets to an HDF5 file.
 * @param {string} path
 * @param {readonly import('../../../../web/weights/canonical.mjs').Tensor[]} tensors
 * @param {(file: import('h5wasm/node').File) => void} [finish]
 */
function writeHdf5(path, tensors, finish) {
  const file = new h5wasm.File(path, 'w');
  for (const { name, shape, read } of tensors) {
    const groups = name.split('/').slice(0, -1);
    let group = file;
    for (const part of groups) group = group.get(part) ?? group.create_group(part);
    group.create_dataset({ name: name.split('/').at(-1), data: read(), shape: [...shape] });
  }
  finish?.(file);
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
      feature_transform: 'sqrt',
      feature_scaling: 'none',
    });
  });

  test('is imported as float16, and a safetensors file as well', async () => {
    const half = join(folder, 'half.safetensors');
    await importWeights(path, half, description, 'float16');
    await importWeights(half, output, description);
    expect(expectImported('F16').source_sha256).toBe(digestFiles('sha256', half).toString('hex'));
  });

  test('of a whole model is imported without its top and its optimizer', async () => {
    const whole = join(folder, 'whole.h5');
    writeHdf5(whole, [
      ...inceptionTensors((layer, variable) => `model_weights/${layer}/${layer}/${variable}:0`),
      tensor('model_weights/dense/dense/kernel:0', [2048, 2], 0),
      tensor('optimizer_weights/conv2d_1/kernel:0', [7, 7], 0),
    ]);
    await importWeights(whole, output, description);
    expectImported();
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

describe('Keras 3', () => {
  /** Keras' number of a layer as its place in the model, which is what the group is named by. */
  const saved = (layer) => {
    const [, kind, number] = /^(.*)_(\d+)$/.exec(layer);
    const place = SAVED_ORDER.indexOf(Number(number));
    return place === 0 ? kind : `${kind}_${place}`;
  };
  const index = { kernel: 0, beta: 0, moving_mean: 1, moving_variance: 2 };
  const tensors = inceptionTensors(
    (layer, variable) => `layers/functional/layers/${saved(layer)}/vars/${index[variable]}`,
  );

  test('saves the layers in the order that we know', () => {
    const numbers = (layers) => layers.map(([number]) => number);
    expect(SAVED_ORDER).toEqual(numbers(golden.savedConvolutions));
    expect(SAVED_ORDER).toEqual(numbers(golden.savedBatchNorms));
  });

  test('.weights.h5 is imported by the place of each layer', async () => {
    const path = join(folder, 'early.weights.h5');
    writeHdf5(path, tensors);
    await importWeights(path, output, description);
    expectImported();
  });

  test('.keras is imported, by the name of each layer where that is given', async () => {
    const path = join(folder, 'model.weights.h5');
    // Another order than Keras has, so that only the names can tell.
    const shuffled = inceptionTensors(
      (layer, variable) => `layers/${layer}/vars/${index[variable]}`,
    );
    writeHdf5(path, shuffled, (file) => {
      for (const layer of file.get('layers').keys()) {
        file.get(`layers/${layer}/vars`).create_attribute('name', layer);
      }
    });
    const zip = join(folder, 'model.keras');
    writeFileSync(zip, zipSync({ 'model.weights.h5': [readFileSync(path), { level: 0 }] }));
    await importWeights(zip, output, description);
    expectImported();
  });

  test.each([
    ['without weights', () => zipSync({ 'config.json': new Uint8Array(2) })],
    ['cut short', () => readFileSync(join(folder, 'model.keras')).subarray(0, 100_000)],
  ])('.keras is refused %s', async (_, content) => {
    const path = join(folder, 'bad.keras');
    writeFileSync(path, content());
    await expect(importWeights(path, output, description)).rejects.toThrow(
      'no readable model.weights.h5',
    );
  });
});

describe('a TensorFlow.js layers model', () => {
  const model = join(folder, 'tfjs');
  const path = join(model, 'model.json');
  const shards = ['group1-shard1of2.bin', 'group1-shard2of2.bin'];
  const write = (json) => writeFileSync(path, JSON.stringify(json));
  const weights = inceptionTensors().map(({ name, shape }) => ({ name, shape, dtype: 'float32' }));

  beforeAll(() => {
    mkdirSync(model);
    const bytes = Buffer.concat(inceptionTensors().map(({ read }) => Buffer.from(read().buffer)));
    writeFileSync(join(model, shards[0]), bytes.subarray(0, 1_000_001)); // cut inside a number
    writeFileSync(join(model, shards[1]), bytes.subarray(1_000_001));
    write({ format: 'layers-model', weightsManifest: [{ paths: shards, weights }] });
  });

  test.each([
    ['its model.json', path],
    ['its folder', model],
  ])('is imported by %s', async (_, from) => {
    await importWeights(from, output, description);
    const files = [path, ...shards.map((shard) => join(model, shard))];
    const digest = digestFiles('sha256', ...files).toString('hex');
    expect(expectImported().source_sha256).toBe(digest);
  });

  test('is refused when a shard is not whole or missing', async () => {
    writeFileSync(join(model, shards[0]), Buffer.alloc(1_000_000));
    await expect(importWeights(path, output, description)).rejects.toThrow('are not whole');
    rmSync(join(model, shards[0]));
    await expect(importWeights(path, output, description)).rejects.toThrow(
      `${shards[0]} is missing`,
    );
  });

  test.each([
    ['a graph model', { format: 'graph-model', weightsManifest: [] }],
    ['other JSON', { classes: [] }],
  ])('%s is refused', async (_, json) => {
    write(json);
    await expect(importWeights(path, output, description)).rejects.toThrow('not a layers model');
  });

  test('is dequantised as its manifest says', () => {
    const manifest = [
      { dtype: 'float32', quantization: { dtype: 'uint8', min: -1, scale: 0.5 } },
      { dtype: 'float32', quantization: { dtype: 'uint16', min: 2, scale: 0.25 } },
      { dtype: 'float32', quantization: { dtype: 'float16' } },
      { dtype: 'float32' },
    ].map((spec) => ({ ...spec, name: 'x', shape: [2] }));
    const bytes = Buffer.alloc(2 + 4 + 4 + 8);
    bytes.set([0, 255]);
    bytes.writeUInt16LE(4, 2);
    bytes.writeUInt16LE(65535, 4);
    bytes.writeUInt16LE(0x3c00, 6);
    bytes.writeUInt16LE(0xc000, 8);
    bytes.writeFloatLE(0.5, 10);
    bytes.writeFloatLE(-8, 14);
    const model = { weightsManifest: [{ paths: ['a'], weights: manifest }] };
    const values = tfjsTensors(model, () => bytes).map(({ read }) => [...read()]);
    expect(values).toEqual([
      [-1, 126.5],
      [3, 16385.75],
      [1, -2],
      [0.5, -8],
    ]);
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
