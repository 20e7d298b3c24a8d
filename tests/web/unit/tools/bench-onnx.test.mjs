import { expect, test } from 'vitest';
import { onnxModel } from '../../../../tools/bench/onnx.mjs';
import { tensor } from './fixtures.mjs';

const EPSILON = 0.001;

/** Two branches over one input: a strided convolution beside one and a pooling, concatenated. */
const LAYERS = [
  layer('InputLayer', 'input', { batch_input_shape: [null, 7, 9, 2] }),
  layer('Conv2D', 'conv', convolution({ kernel_size: [1, 3] }), 'input'),
  layer('BatchNormalization', 'norm', { epsilon: EPSILON, scale: false }, 'conv'),
  layer('Activation', 'relu', { activation: 'relu' }, 'norm'),
  layer('AveragePooling2D', 'pool', windowOf({ pool_size: [3, 3], padding: 'same' }), 'input'),
  layer('Concatenate', 'both', {}, 'relu', 'pool'),
  layer('MaxPooling2D', 'top', windowOf({ pool_size: [2, 2], strides: [2, 2] }), 'both'),
];
const KERNEL = [1, 3, 2, 4]; // height, width, in, out
const TENSORS = [
  tensor('conv/kernel', KERNEL, -5),
  tensor('norm/beta', [4], 1),
  tensor('norm/moving_mean', [4], 2),
  tensor('norm/moving_variance', [4], 3),
];

/** @param {string} type @param {string} name @param {object} config @param {...string} inputs */
function layer(type, name, config, ...inputs) {
  const nodes = inputs.length > 0 ? [inputs.map((input) => [input, 0, 0, {}])] : [];
  return { class_name: type, name, config, inbound_nodes: nodes };
}

/** @param {object} config */
function windowOf(config) {
  return { strides: [1, 1], padding: 'valid', ...config };
}

/** @param {object} config */
function convolution(config) {
  return windowOf({ padding: 'same', use_bias: false, activation: 'linear', ...config });
}

/** @param {object[]} layers @param {string} output */
function convert(layers, output) {
  return onnxModel({ config: { layers } }, TENSORS, output).graph;
}

/** @param {{ initializer: any[] }} graph @param {string} name */
function valuesOf({ initializer }, name) {
  const { rawData } = initializer.find((item) => item.name === name);
  return new Float32Array(rawData.buffer);
}

test('only what the output layer needs is converted, each behind its inputs', () => {
  const { node, input, output } = convert(LAYERS, 'both');
  expect(node.map(({ opType, output: [name] }) => `${opType} ${name}`)).toEqual([
    'Conv norm',
    'Relu relu',
    'AveragePool pool',
    'Concat both',
    'GlobalAveragePool pooled',
    'Flatten features',
  ]);
  const known = new Set(['input', 'conv/kernel', 'conv/bias']);
  for (const { input: inputs, output: outputs } of node) {
    for (const name of inputs) expect(known).toContain(name);
    for (const name of outputs) known.add(name);
  }
  const [{ name, type }] = input;
  expect(name).toBe('input');
  expect(type.tensorType.shape.dim).toEqual([
    { dimParam: 'batch' },
    { dimValue: 2 },
    { dimValue: 7 },
    { dimValue: 9 },
  ]);
  expect(output[0].name).toBe('features');
});

test('a folded convolution gives what convolution and batch norm give', () => {
  const graph = convert(LAYERS, 'relu');
  const kernel = valuesOf(graph, 'conv/kernel');
  const bias = valuesOf(graph, 'conv/bias');
  const [weights, beta, mean, variance] = TENSORS.map(({ read }) => read());
  const [, width, inputs, outputs] = KERNEL;
  const patch = Array.from({ length: width * inputs }, (_, i) => Math.sin(i)); // [width, in]
  for (let o = 0; o < outputs; ++o) {
    let [expected, folded] = [0, bias[o]];
    for (let x = 0; x < width; ++x) {
      for (let c = 0; c < inputs; ++c) {
        expected += patch[x * inputs + c] * weights[(x * inputs + c) * outputs + o];
        folded += patch[x * inputs + c] * kernel[(o * inputs + c) * width + x];
      }
    }
    const normalized = (expected - mean[o]) / Math.sqrt(variance[o] + EPSILON) + beta[o];
    expect(folded).toBeCloseTo(normalized, 4);
  }
  expect(graph.initializer.map(({ dims }) => dims)).toEqual([[4, 2, 1, 3], [4]]);
});

test('windows keep their size, stride and padding', () => {
  const attributes = Object.fromEntries(
    convert(LAYERS, 'top').node.map(({ output: [name], attribute }) => [
      name,
      Object.fromEntries(attribute.map(({ name, i, ints }) => [name, i ?? ints])),
    ]),
  );
  expect(attributes.norm).toEqual({ kernel_shape: [1, 3], strides: [1, 1], pads: [0, 1, 0, 1] });
  expect(attributes.pool).toEqual({
    ...{ kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] },
    count_include_pad: 0,
  });
  expect(attributes.top).toEqual({ kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] });
  expect(attributes.both).toEqual({ axis: 1 });
});

test.each([
  ['Dense', {}, /dense \(Dense\) cannot be converted/],
  ['Activation', { activation: 'tanh' }, /dense \(Activation\) cannot be converted/],
  ['MaxPooling2D', windowOf({ pool_size: [3, 3], strides: [2, 2], padding: 'same' }), /unevenly/],
  ['BatchNormalization', { epsilon: EPSILON }, /does not follow a plain convolution/],
])('%s is refused by name where it would come out wrong', (type, config, message) => {
  expect(() => convert([LAYERS[0], layer(type, 'dense', config, 'input')], 'dense')).toThrow(
    message,
  );
});
