import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from '@playwright/test';
import { CHROMIUM } from '../lib/chromium.mjs';
import { UserError } from '../lib/fail.mjs';
import { DIST } from '../lib/paths.mjs';
import { startServer } from '../site/server.mjs';

/** Addresses under which the page finds the photos; they reach the disk directly. */
const FILES = '/evaluate/';

/** @typedef {{ label: string, url: string, name: string }} Photo */

/**
 * Trains on one folder, scores on another, and prints what came out.
 * @param {string} train
 * @param {string} validation
 * @param {{ variant?: string, head?: string, epochs?: string }} options
 */
export async function evaluateFolders(train, validation, { variant, head, epochs }) {
  if (!existsSync(join(DIST, 'tabtrain.js'))) {
    throw new UserError('The module is not built yet.', 'Build it: npm run build');
  }
  const photos = { train: photosIn(train), validation: photosIn(validation) };
  const trainer = { variant };
  const fit = { validationSplit: 0, head, epochs: epochs && Number(epochs) };
  const result = await inPage(
    trainAndScore,
    JSON.parse(JSON.stringify({ ...photos, trainer, fit })),
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

/** @param {string} folder with one folder a class @returns {Photo[]} */
function photosIn(folder) {
  if (!existsSync(folder)) throw new UserError(`${folder} is not there.`, 'Name another folder.');
  const classes = readdirSync(folder).filter((name) => statSync(join(folder, name)).isDirectory());
  return classes.flatMap((label) =>
    readdirSync(join(folder, label)).map((name) => ({
      label,
      name,
      url: urlOf(join(folder, label, name)),
    })),
  );
}

/** @param {string} path */
function urlOf(path) {
  return `${FILES}${encodeURIComponent(resolve(path))}`;
}

/**
 * Runs a function in a page of the built site.
 * @template A, R
 * @param {(argument: A) => Promise<R>} work
 * @param {A} argument
 * @returns {Promise<R>}
 */
async function inPage(work, argument) {
  const server = await startServer({ root: DIST, port: 0 });
  const browser = await chromium.launch(CHROMIUM);
  try {
    const page = await browser.newPage();
    await page.route(`**${FILES}*`, async (route) => {
      const path = decodeURIComponent(new URL(route.request().url()).pathname.slice(FILES.length));
      await route.fulfill({ body: await readFile(path), contentType: 'application/octet-stream' });
    });
    await page.goto(`${server.url}THIRD_PARTY_LICENSES.txt`); // any page of the origin: the module needs no DOM
    // @ts-expect-error Playwright's types know no generic functions
    return await page.evaluate(work, argument);
  } finally {
    await browser.close();
    await server.close();
  }
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
