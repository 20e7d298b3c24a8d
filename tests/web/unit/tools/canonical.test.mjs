import { describe, expect, test } from 'vitest';
import { canonicalTensors } from '../../../../web/weights/canonical.mjs';
import { BATCH_NORM_EPSILON, KERNEL_SHAPES } from '../../../../web/weights/inceptionv3.mjs';
import { inceptionTensors, namesOf, tensor } from './fixtures.mjs';
import golden from './golden/keras_layers.json' with { type: 'json' };

/** Replaces the tensor of one name. */
function withTensor(name, change) {
  return inceptionTensors().flatMap((item) => (item.name === name ? change(item) : item));
}

describe('the table of kernels', () => {
  test("is Keras' own", () => {
    const byNumber = Object.fromEntries(golden.savedConvolutions);
    expect(KERNEL_SHAPES).toEqual(KERNEL_SHAPES.map((_, index) => byNumber[index + 1]));
    expect(golden.savedConvolutions).toHaveLength(KERNEL_SHAPES.length);
    expect(BATCH_NORM_EPSILON).toBe(golden.epsilon);
  });
});

describe('canonicalTensors', () => {
  const canonical = namesOf(inceptionTensors());

  test.each([
    ['Keras 2 from 1', (layer, variable) => `${layer}/${layer}/${variable}:0`],
    ['Keras 3 from none', (layer, variable) => `${renumber(layer, -1)}/${variable}`],
    ['a later model of a session', (layer, variable) => `${renumber(layer, 94)}/${variable}:0`],
    ['a whole model', (layer, variable) => `model_weights/${layer}/${layer}_1/${variable}:0`],
    ['a nested model', (layer, variable) => `inception_v3/${layer}/${variable}:0`],
  ])('finds the layers numbered by %s', (_, name) => {
    const shuffled = inceptionTensors(name).reverse();
    const result = canonicalTensors(shuffled);
    expect(namesOf(result)).toEqual(canonical);
    expect(result.at(-1).read()[0]).toBe(394);
    expect(result.at(-4).read()[0]).toBe(94);
  });

  test('keeps gamma where there is one and leaves a top out', () => {
    const tensors = [
      ...inceptionTensors(),
      tensor('batch_normalization_3/gamma', [64], 0),
      tensor('dense_1/kernel', [2048, 5], 0),
    ];
    const expected = canonical.toSpliced(8, 0, 'batch_normalization_3/gamma');
    expect(namesOf(canonicalTensors(tensors))).toEqual(expected);
  });

  test.each([
    [
      'another network',
      [tensor('conv2d_1/kernel', [7, 7, 3, 64], 0)],
      'conv2d_1/kernel has the shape [7,7,3,64]',
    ],
    ['a network without such layers', [tensor('dense/kernel', [4, 4], 0)], '0 Conv2D layers'],
    ['a missing kernel', withTensor('conv2d_17/kernel', () => []), 'conv2d_17/kernel is missing'],
    ['a missing last kernel', withTensor('conv2d_94/kernel', () => []), '93 Conv2D layers'],
    [
      'a missing vector',
      withTensor('batch_normalization_5/beta', () => []),
      'batch_normalization_5/beta is missing',
    ],
    [
      'a wrong shape',
      withTensor('batch_normalization_2/moving_mean', ({ name }) => tensor(name, [33], 0)),
      'batch_normalization_2/moving_mean has the shape [33]; InceptionV3 has [32]',
    ],
    ['a bias', [...inceptionTensors(), tensor('conv2d_7/bias', [48], 0)], 'conv2d_7 has a bias'],
    [
      'more layers',
      [...inceptionTensors(), tensor('conv2d_95/kernel', [1, 1, 2, 2], 0)],
      '95 Conv2D layers',
    ],
  ])('refuses %s by name', (_, tensors, message) => {
    expect(() => canonicalTensors(tensors)).toThrow(message);
  });

  test.each([
    ['conv2d_9/kernel', Number.NaN],
    ['batch_normalization_9/beta', Number.POSITIVE_INFINITY],
    ['batch_normalization_9/moving_variance', -1],
  ])('refuses a damaged %s when it is read', (name, value) => {
    const damaged = withTensor(name, (item) => ({
      ...item,
      read: () => item.read().fill(value, 5, 6),
    }));
    const result = canonicalTensors(damaged).find((item) => item.name === name);
    expect(() => result.read()).toThrow(`${name} is damaged: its value 5 is ${value}`);
  });
});

/** 'conv2d_3', -1 -> 'conv2d_2'; the number 0 is not written. */
function renumber(layer, offset) {
  const [, kind, number] = /^(.*)_(\d+)$/.exec(layer);
  return Number(number) + offset === 0 ? kind : `${kind}_${Number(number) + offset}`;
}
