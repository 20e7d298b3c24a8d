// tabtrain, through its public interface.
// @ts-expect-error served beside the page
import { createTrainer } from '/tabtrain/tabtrain.js';
import { loadPhotos, loadPicture } from './photos.js';

const HEAD = { units: [1024] };
const CLASSES = 10;
const BATCH = 32;
const SAMPLES = 64; // whole batches
const EPOCHS = 10;

/**
 * @param {import('./system.js').Settings} settings
 * @returns {Promise<import('./system.js').System>}
 */
export async function start({ variant, threads, precision }) {
  const trainer = await createTrainer({
    weights: `/model/${precision}.safetensors`,
    variant,
    threads,
    precision,
  });
  const picture = await loadPicture();
  const photos = await loadPhotos();
  let headIsReady = false;

  /** Time for images of any kind to become samples, which are taken out again.
   * @param {Iterable<ImageData | File>} images */
  async function timeToAdd(images) {
    const begin = performance.now();
    const { failed } = await trainer.addImages('timed', images);
    const milliseconds = performance.now() - begin;
    if (failed.length > 0) throw failed[0].error;
    await trainer.removeClass('timed');
    return milliseconds;
  }

  async function fillClasses() {
    for (let label = 0; label < CLASSES; ++label) {
      const images = photos.filter((_, i) => i < SAMPLES && i % CLASSES === label);
      await trainer.addImages(`class ${label}`, images);
    }
  }

  async function headStep() {
    if (!headIsReady) await fillClasses();
    headIsReady = true;
    const options = { head: HEAD, epochs: EPOCHS, batchSize: BATCH, validationSplit: 0 };
    const begin = performance.now();
    await trainer.fit({ ...options, fresh: true });
    return (performance.now() - begin) / ((SAMPLES / BATCH) * EPOCHS);
  }

  return {
    threads: trainer.info().threads,
    features: async () => Array.from(await trainer.features(picture)),
    async forward(batch) {
      if (batch > 1) return timeToAdd(Array(batch).fill(picture));
      const begin = performance.now();
      await trainer.features(picture);
      return performance.now() - begin;
    },
    headStep,
    files: async () => (1000 * photos.length) / (await timeToAdd(photos)),
    use: async () => void (await headStep()),
  };
}
