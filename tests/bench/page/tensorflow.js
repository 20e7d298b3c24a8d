// TensorFlow.js on wasm. Its builds for the browser are scripts that fill the global `tf`.
import { loadPicture, networkInput } from './photos.js';

const PACKAGES = '/peers/@tensorflow';
const SCRIPTS = ['core', 'layers', 'backend-wasm'];
const FEATURES = 2048;
const CLASSES = 10;
const BATCH = 32;

/**
 * @param {import('./system.js').Settings} settings
 * @returns {Promise<import('./system.js').System>}
 */
export async function start({ threads }) {
  for (const name of SCRIPTS) await loadScript(`${PACKAGES}/tfjs-${name}/dist/tf-${name}.min.js`);
  const { tf } = /** @type {any} */ (globalThis);
  tf.wasm.setWasmPaths(`${PACKAGES}/tfjs-backend-wasm/dist/`);
  tf.wasm.setThreadsCount(threads);
  await tf.setBackend('wasm');
  const model = await loadBackbone(tf);
  const picture = await loadPicture();
  const head = makeHead(tf);

  /** @param {number} batch */
  function inputs(batch) {
    const { width, height } = picture;
    return tf.tensor4d(networkInput(picture, batch, 'NHWC'), [batch, height, width, 3]);
  }

  /** @param {any} input */
  async function run(input) {
    const output = model.predict(input);
    const values = await output.data();
    output.dispose();
    return values;
  }

  return {
    threads: tf.wasm.getThreadsCount(),
    async features() {
      const input = inputs(1);
      const features = Array.from(await run(input));
      input.dispose();
      return features;
    },
    async forward(batch) {
      const input = inputs(batch);
      const begin = performance.now();
      await run(input);
      const milliseconds = performance.now() - begin;
      input.dispose();
      return milliseconds;
    },
    async headStep() {
      const begin = performance.now();
      await head.model.trainOnBatch(head.features, head.labels);
      return performance.now() - begin;
    },
  };
}

/** The layers model up to mixed10, with global average pooling behind it. @param {any} tf */
async function loadBackbone(tf) {
  const whole = await tf.loadLayersModel('/model/model.json');
  const pooled = tf.layers.globalAveragePooling2d({}).apply(whole.getLayer('mixed10').output);
  return tf.model({ inputs: whole.inputs, outputs: pooled });
}

/** @param {any} tf */
function makeHead(tf) {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [FEATURES], units: 1024, activation: 'relu' }),
      tf.layers.dense({ units: CLASSES, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(1e-4), loss: 'categoricalCrossentropy' });
  const classes = Array.from({ length: BATCH }, (_, i) => i % CLASSES);
  return {
    model,
    features: tf.randomUniform([BATCH, FEATURES], 0, 1, 'float32', 1),
    labels: tf.oneHot(classes, CLASSES),
  };
}

/** @param {string} url */
function loadScript(url) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = url;
    script.onload = resolve;
    script.onerror = () => reject(new Error(`${url} could not be loaded.`));
    document.head.append(script);
  });
}
