import { WeightsError } from './error.mjs';
import { BATCH_NORM_EPSILON, KERNEL_SHAPES } from './inceptionv3.mjs';

/**
 * One named tensor of a weight file, read when it is wanted.
 * @typedef {object} Tensor
 * @property {string} name path as the file has it: 'conv2d_1/conv2d_1/kernel:0'
 * @property {readonly number[]} shape
 * @property {() => Float32Array} read values, row-major
 */

/**
 * One layer that has weights, as the file numbers it.
 * @typedef {object} Layer
 * @property {string} name Keras' name in the file: 'conv2d_17', 'batch_normalization'
 * @property {number} number the number in that name, 0 when there is none
 * @property {Map<string, Tensor>} variables by Keras' name: kernel, beta, ...
 */

const LAYER = /^(conv2d|batch_normalization)(?:_v1)?(?:_(\d+))?$/;
const BATCH_NORM_VARIABLES = ['gamma', 'beta', 'moving_mean', 'moving_variance'];

/**
 * Picks InceptionV3's tensors out of a file's and gives them the names of Keras' published no-top
 * file, whatever number the file starts from: Keras counts the layers of a whole session, so the
 * first is conv2d, conv2d_1 or conv2d_95. The order is by layer, a layer's batch norm before its
 * kernel. Whatever follows the blocks (a top) is left out.
 * @param {readonly Tensor[]} tensors
 * @returns {Tensor[]}
 * @throws {WeightsError} naming the first thing that is not InceptionV3's
 */
export function canonicalTensors(tensors) {
  const { convolutions, batchNorms } = groupByLayer(tensors);
  checkNumbering(convolutions, 'kernel');
  checkNumbering(batchNorms, 'beta');
  const result = [];
  for (const [index, kernelShape] of KERNEL_SHAPES.entries()) {
    const [convolution, batchNorm] = [convolutions[index], batchNorms[index]];
    if (!convolution) throw tooFew('Conv2D', convolutions.length);
    const kernel = variable(convolution, 'kernel', kernelShape);
    if (!batchNorm) throw tooFew('BatchNormalization', batchNorms.length);
    if (convolution.variables.has('bias')) {
      throw notInceptionV3(`${convolution.name} has a bias; InceptionV3's convolutions have none`);
    }
    for (const name of BATCH_NORM_VARIABLES) {
      if (name === 'gamma' && !batchNorm.variables.has(name)) continue;
      const tensor = variable(batchNorm, name, [Number(kernelShape[3])]);
      result.push(checkedOnRead(tensor, `batch_normalization_${index + 1}/${name}`));
    }
    result.push(checkedOnRead(kernel, `conv2d_${index + 1}/kernel`));
  }
  if (convolutions.length > KERNEL_SHAPES.length) {
    throw notInceptionV3(
      `it has ${convolutions.length} Conv2D layers; InceptionV3 has ${KERNEL_SHAPES.length}`,
    );
  }
  return result;
}

/**
 * The layers of the two kinds that InceptionV3 consists of, in the order of their numbers.
 * @param {readonly Tensor[]} tensors
 */
function groupByLayer(tensors) {
  /** @type {Map<string, Layer>} */
  const layers = new Map();
  for (const tensor of tensors) {
    const path = tensor.name.split('/');
    const name = path.find((part) => LAYER.test(part));
    if (!name) continue;
    const number = Number(LAYER.exec(name)?.[2] ?? 0);
    const layer = layers.get(name) ?? { name, number, variables: new Map() };
    layer.variables.set(String(path.at(-1)).replace(/:\d+$/, ''), tensor);
    layers.set(name, layer);
  }
  const sorted = [...layers.values()].sort((a, b) => a.number - b.number);
  return {
    convolutions: sorted.filter((layer) => layer.name.startsWith('conv2d')),
    batchNorms: sorted.filter((layer) => layer.name.startsWith('batch')),
  };
}

/**
 * A hole in the numbers is a missing layer, not a reason to count the later ones as earlier ones.
 * @param {readonly Layer[]} layers
 * @param {string} variableName
 */
function checkNumbering(layers, variableName) {
  for (const [index, layer] of layers.entries()) {
    const previous = layers[index - 1];
    if (previous && layer.number !== previous.number + 1) {
      const name = layer.name.replace(/\d+$/, String(previous.number + 1));
      throw notInceptionV3(`${name}/${variableName} is missing`);
    }
  }
}

/**
 * @param {Layer} layer
 * @param {string} name
 * @param {readonly number[]} shape that it must have
 */
function variable(layer, name, shape) {
  const tensor = layer.variables.get(name);
  if (!tensor) throw notInceptionV3(`${layer.name}/${name} is missing`);
  if (tensor.shape.join() !== shape.join()) {
    throw notInceptionV3(
      `${layer.name}/${name} has the shape [${tensor.shape}]; InceptionV3 has [${shape}] there`,
    );
  }
  return tensor;
}

/**
 * The same tensor under its canonical name; reading it refuses values that no network works with.
 * @param {Tensor} tensor
 * @param {string} name
 * @returns {Tensor}
 */
function checkedOnRead(tensor, name) {
  const lowest = name.endsWith('moving_variance') ? -BATCH_NORM_EPSILON : Number.NEGATIVE_INFINITY;
  return {
    name,
    shape: tensor.shape,
    read() {
      const values = tensor.read();
      for (let i = 0; i < values.length; ++i) {
        const value = Number(values[i]);
        if (value > lowest && value < Number.POSITIVE_INFINITY) continue;
        throw new WeightsError(
          `${tensor.name} is damaged: its value ${i} is ${value}.`,
          'Fetch or export the file again.',
        );
      }
      return values;
    },
  };
}

/** @param {string} kind @param {number} count */
function tooFew(kind, count) {
  return notInceptionV3(`it has ${count} ${kind} layers; InceptionV3 has ${KERNEL_SHAPES.length}`);
}

/** @param {string} reason */
function notInceptionV3(reason) {
  return new WeightsError(
    `This is not InceptionV3: ${reason}.`,
    'Weights must come from Keras’ InceptionV3 (keras.applications), with or without its top.',
  );
}
