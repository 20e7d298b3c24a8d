import { cpus } from 'node:os';
import { addressOf, inPage } from '../lib/in-page.mjs';
import { photosIn } from '../lib/photos.mjs';

/** @typedef {{ label: string, url: string, name: string }} Photo */

/**
 * Trains on one folder, scores on another, and prints what came out.
 * @param {string} train
 * @param {string} validation
 * @param {{ variant?: string, head?: string, epochs?: string }} options
 */
export async function evaluateFolders(train, validation, { variant, head, epochs }) {
  const taught = photosIn(train);
  const files = [...taught, ...photosIn(validation)];
  const served = files.map(({ label, name }, index) => ({ label, name, url: addressOf(index) }));
  const photos = { train: served.slice(0, taught.length), validation: served.slice(taught.length) };
  const trainer = { variant };
  const fit = { validationSplit: 0, head, epochs: epochs && Number(epochs) };
  const result = await inPage(
    trainAndScore,
    JSON.parse(JSON.stringify({ ...photos, trainer, fit })),
    files.map(({ path }) => path),
  );

  console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} cores; ${result.browser}`);
  console.log(
    `weights ${result.info.weights.name}, ${result.info.variant}, ${result.info.threads} threads`,
  );
  console.log(
    `photos to features: ${(result.photosPerSecond).toFixed(1)} a second, decoding included`,
  );
  console.log(
    `training on ${photos.train.length}: ${result.fitSeconds.toFixed(1)} s, ${result.epochs} epochs`,
  );
  console.log(`right on ${photos.validation.length} others: ${result.accuracy.toFixed(3)}`);
  for (const name of result.failed) console.log(`not an image: ${name}`);
}

/**
 * What runs in the page.
 * @param {{ train: Photo[], validation: Photo[], trainer: object, fit: object }} argument
 */
async function trainAndScore({ train, validation, trainer: options, fit }) {
  const { createTrainer } = await import(`${location.origin}/tabtrain.js`);
  const trainer = await createTrainer(options);
  const failed = [];
  let seconds = 0;
  for (const label of new Set(train.map((photo) => photo.label))) {
    const files = await load(train.filter((photo) => photo.label === label));
    const start = performance.now();
    const added = await trainer.addImages(
      label,
      files.map(({ image }) => image),
    );
    seconds += (performance.now() - start) / 1000;
    failed.push(...added.failed.map(nameOf));
  }
  const start = performance.now();
  const history = await trainer.fit(fit);
  const fitSeconds = (performance.now() - start) / 1000;
  const evaluation = await trainer.evaluate(await load(validation));
  return {
    browser: /Chrome\/\d+/.exec(navigator.userAgent)?.[0],
    info: trainer.info(),
    photosPerSecond: train.length / seconds,
    fitSeconds,
    epochs: history.loss.length,
    accuracy: evaluation.accuracy,
    failed: [...failed, ...evaluation.failed.map(nameOf)],
  };

  /** @param {{ name: string }} photo */
  function nameOf(photo) {
    return photo.name;
  }

  /** @param {Photo[]} photos */
  async function load(photos) {
    return Promise.all(
      photos.map(async ({ label, url, name }) => {
        const blob = await (await fetch(url)).blob();
        return { label, image: new File([blob], name) };
      }),
    );
  }
}
