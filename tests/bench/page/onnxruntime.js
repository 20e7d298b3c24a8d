// onnxruntime-web on wasm.
// @ts-expect-error served beside the page
import * as ort from '/peers/onnxruntime-web/dist/ort.wasm.min.mjs';
import { loadPicture, networkInput } from './photos.js';

/**
 * @param {import('./system.js').Settings} settings
 * @returns {Promise<import('./system.js').System>}
 */
export async function start({ threads }) {
  ort.env.wasm.wasmPaths = '/peers/onnxruntime-web/dist/';
  ort.env.wasm.numThreads = threads;
  const session = await ort.InferenceSession.create('/model/model.onnx', {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
  });
  const picture = await loadPicture();
  const [input] = session.inputNames;

  /** @param {number} batch */
  function feeds(batch) {
    const { width, height } = picture;
    const values = networkInput(picture, batch, 'NCHW');
    return { [input]: new ort.Tensor('float32', values, [batch, 3, height, width]) };
  }

  return {
    threads: ort.env.wasm.numThreads,
    features: async () => Array.from((await session.run(feeds(1))).features.data),
    async forward(batch) {
      const input = feeds(batch);
      const begin = performance.now();
      await session.run(input);
      return performance.now() - begin;
    },
  };
}
