import { UserError } from '../lib/fail.mjs';

/** @typedef {import('../../web/weights/canonical.mjs').Tensor} Tensor */
/** @typedef {{ name: string, class_name: string, config: any, inbound_nodes: any[][][] }} Layer */
/** @typedef {{ name: string, type: number, i?: number, ints?: number[] }} Attribute */
/** @typedef {{ opType: string, name: string, input: string[], output: string[], attribute: Attribute[] }} Node */
/** @typedef {{ name: string, dims: number[], dataType: number, rawData: Uint8Array }} Initializer */

// Numbers of the specification: TensorProto.DataType and AttributeProto.AttributeType.
const FLOAT = 1;
const INT = 2;
const INTS = 7;

/**
 * The graph of a Keras model up to one layer, with global average pooling behind it, as an ONNX
 * ModelProto (onnx.proto). Batch norm is folded into the convolution before it. Keras is NHWC, the
 * result NCHW: input [batch, channels, height, width], output [batch, channels of the layer].
 * @param {{ config: { layers: Layer[] } }} modelConfig as model.json has it, a functional model
 * @param {readonly Tensor[]} tensors the model's: '<layer>/kernel', '<layer>/beta', ...
 * @param {string} outputLayer
 * @throws {UserError} naming the first layer that cannot be converted
 */
export function onnxModel({ config }, tensors, outputLayer) {
  const layers = new Map(config.layers.map((layer) => [layer.name, layer]));
  const graph = new Graph(layers, new Map(tensors.map((tensor) => [tensor.name, tensor])));
  graph.add(outputLayer);
  graph.addNode('GlobalAveragePool', 'pooled', [outputLayer]);
  graph.addNode('Flatten', 'features', ['pooled']);
  return {
    irVersion: 8,
    producerName: 'tabtrain bench',
    opsetImport: [{ domain: '', version: 13 }],
    graph: {
      name: 'backbone',
      node: graph.nodes,
      initializer: graph.initializers,
      input: graph.inputs,
      output: [valueInfo('features', ['batch', 'channels'])],
    },
  };
}

class Graph {
  /** @type {Node[]} */ nodes = [];
  /** @type {Initializer[]} */ initializers = [];
  /** @type {ReturnType<typeof valueInfo>[]} */ inputs = [];
  /** @type {Set<string>} */ #done = new Set();

  /**
   * @param {Map<string, Layer>} layers by name
   * @param {Map<string, Tensor>} tensors by name
   */
  constructor(layers, tensors) {
    this.layers = layers;
    this.tensors = tensors;
  }

  /** Adds a layer behind the ones it reads; its value has its name. @param {string} name */
  add(name) {
    if (this.#done.has(name)) return;
    this.#done.add(name);
    const layer = this.#layer(name);
    const { class_name: kind, config } = layer;
    if (kind === 'InputLayer') {
      const [, height, width, channels] = config.batch_input_shape;
      this.inputs.push(valueInfo(name, ['batch', channels, height, width]));
    } else if (kind === 'BatchNormalization') {
      this.#addConvolution(layer);
    } else {
      const [opType, attributes] = operation(layer);
      this.addNode(opType, name, this.#addInputs(layer), attributes);
    }
  }

  /**
   * @param {string} opType
   * @param {string} name
   * @param {string[]} input
   * @param {Attribute[]} [attribute]
   */
  addNode(opType, name, input, attribute = []) {
    this.nodes.push({ opType, name, input, output: [name], attribute });
  }

  /** @param {Layer} batchNorm the layer behind the convolution, whose name the value has */
  #addConvolution(batchNorm) {
    const convolution = this.#layer(String(inputsOf(batchNorm)[0]));
    const { name, config } = convolution;
    if (convolution.class_name !== 'Conv2D' || config.use_bias || config.activation !== 'linear') {
      throw new UserError(`${batchNorm.name} does not follow a plain convolution.`);
    }
    const { kernel, bias, shape } = this.#fold(convolution, batchNorm);
    const [height, width, inputs, outputs] = shape;
    this.#addInitializer(`${name}/kernel`, [outputs, inputs, height, width], kernel);
    this.#addInitializer(`${name}/bias`, [outputs], bias);
    const input = [...this.#addInputs(convolution), `${name}/kernel`, `${name}/bias`];
    this.addNode('Conv', batchNorm.name, input, window(convolution, config.kernel_size));
  }

  /**
   * y = (conv(x) - mean) * gamma / sqrt(variance + epsilon) + beta, as one convolution.
   * @param {Layer} convolution
   * @param {Layer} batchNorm
   * @returns {{ kernel: Float32Array, bias: Float32Array, shape: [number, number, number, number] }}
   *   kernel [out, in, height, width]; shape as Keras has it: height, width, in, out
   */
  #fold({ name }, batchNorm) {
    const source = this.#tensor(name, 'kernel');
    const shape = /** @type {[number, number, number, number]} */ (source.shape);
    const [height, width, inputs, outputs] = shape;
    const [beta, mean, variance] = ['beta', 'moving_mean', 'moving_variance'].map((variable) =>
      this.#tensor(batchNorm.name, variable).read(),
    );
    const gamma = batchNorm.config.scale ? this.#tensor(batchNorm.name, 'gamma').read() : undefined;
    const scale = Float64Array.from({ length: outputs }, (_, o) => {
      const deviation = Math.sqrt(Number(variance?.[o]) + batchNorm.config.epsilon);
      return (gamma?.[o] ?? 1) / deviation;
    });
    const values = source.read();
    const kernel = new Float32Array(values.length);
    const area = height * width;
    for (let i = 0; i < values.length; ++i) {
      const o = i % outputs;
      const c = Math.floor(i / outputs) % inputs;
      const place = Math.floor(i / (outputs * inputs));
      kernel[(o * inputs + c) * area + place] = Number(values[i]) * Number(scale[o]);
    }
    const bias = Float32Array.from(
      scale,
      (factor, o) => Number(beta?.[o]) - Number(mean?.[o]) * factor,
    );
    return { kernel, bias, shape };
  }

  /** @param {Layer} layer @returns {string[]} the values it reads */
  #addInputs(layer) {
    const inputs = inputsOf(layer);
    for (const input of inputs) this.add(input);
    return inputs;
  }

  /** @param {string} name @param {number[]} dims @param {Float32Array} values */
  #addInitializer(name, dims, values) {
    const rawData = new Uint8Array(values.buffer); // little-endian, as every machine with a browser
    this.initializers.push({ name, dims, dataType: FLOAT, rawData });
  }

  /** @param {string} name */
  #layer(name) {
    const layer = this.layers.get(name);
    if (!layer) throw new UserError(`The model has no layer ${name}.`);
    return layer;
  }

  /** @param {string} layer @param {string} variable */
  #tensor(layer, variable) {
    const tensor = this.tensors.get(`${layer}/${variable}`);
    if (!tensor) throw new UserError(`The model has no ${layer}/${variable}.`);
    return tensor;
  }
}

/** @param {Layer} layer @returns {string[]} names of the layers it reads */
function inputsOf({ inbound_nodes: [inputs = []] }) {
  return inputs.map(([name]) => name);
}

/**
 * Layers without weights.
 * @param {Layer} layer
 * @returns {[string, Attribute[]]} operator and attributes
 */
function operation(layer) {
  const { name, class_name: kind, config } = layer;
  if (kind === 'Activation' && config.activation === 'relu') return ['Relu', []];
  if (kind === 'Concatenate') return ['Concat', [{ name: 'axis', type: INT, i: 1 }]];
  if (kind === 'MaxPooling2D') return ['MaxPool', window(layer, config.pool_size)];
  if (kind === 'AveragePooling2D') {
    const unpadded = { name: 'count_include_pad', type: INT, i: 0 };
    return ['AveragePool', [...window(layer, config.pool_size), unpadded]];
  }
  throw new UserError(`The layer ${name} (${kind}) cannot be converted to ONNX.`);
}

/**
 * @param {Layer} layer
 * @param {number[]} size of its kernel: height, width
 * @returns {Attribute[]}
 */
function window({ name, config }, size) {
  const same = config.padding === 'same';
  // Where Keras pads unevenly depends on the size of the input; InceptionV3 has no such layer.
  if (same && (config.strides.some(isNot(1)) || size.some((length) => length % 2 === 0))) {
    throw new UserError(`The layer ${name} pads unevenly, which cannot be converted to ONNX.`);
  }
  const pads = size.map((length) => (same ? (length - 1) / 2 : 0));
  return [
    { name: 'kernel_shape', type: INTS, ints: size },
    { name: 'strides', type: INTS, ints: config.strides },
    { name: 'pads', type: INTS, ints: [...pads, ...pads] },
  ];
}

/** @param {number} expected */
function isNot(expected) {
  return (/** @type {number} */ value) => value !== expected;
}

/** @param {string} name @param {(string | number)[]} shape a name where the size is open */
function valueInfo(name, shape) {
  const dim = shape.map((size) =>
    typeof size === 'number' ? { dimValue: size } : { dimParam: size },
  );
  return { name, type: { tensorType: { elemType: FLOAT, shape: { dim } } } };
}
