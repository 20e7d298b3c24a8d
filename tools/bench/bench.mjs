import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { CHROMIUM } from '../lib/chromium.mjs';
import { withTemporaryFolder } from '../lib/folder.mjs';
import { BUILD, DIST } from '../lib/paths.mjs';
import { Progress } from '../lib/progress.mjs';
import { runSteps } from '../lib/step.mjs';
import { ISOLATION } from '../site/headers.mjs';
import { startServer } from '../site/server.mjs';
import { peakOfNewPage } from './memory.mjs';
import { call, compareFeatures, openSystem, timeToReady } from './pages.mjs';
import { peers, peerVersion } from './peers.mjs';
import { COUNT, preparePhotos } from './photos.mjs';
import { ratiosOf, resultsOf, rowOf, tableOf } from './report.mjs';
import { reasonOf, runRounds } from './rounds.mjs';
import { SITE, site } from './site.mjs';
import { systems } from './systems.mjs';

/** @typedef {import('@playwright/test').BrowserContext} Context */
/** @typedef {import('./pages.mjs').Running} Running */
/** @typedef {import('./rounds.mjs').Measure} Measure */
/** @typedef {import('./rounds.mjs').Missing} Missing */
/** @typedef {import('./report.mjs').Row} Row */
/** @typedef {{ rounds: number, threads: number, photos?: string }} Options */

const BATCH = 8;
const WARM_UPS = 2;
const OUTPUT = join(BUILD, 'bench.json');

/**
 * Measures everything, prints a table and writes build/bench.json.
 * @param {Options} options photos: a folder of JPEG files, instead of the sample pictures
 */
export async function bench(options) {
  console.log('Benchmark');
  await runSteps([peers(), site()]);
  // No content security policy: TensorFlow.js makes its threads from a blob.
  const server = await startServer({ root: SITE, port: 0, headers: ISOLATION });
  const product = await startServer({ root: DIST, port: 0 });
  try {
    // A profile on the disk, as people have: a browser without one caches no large file.
    await withTemporaryFolder(join(BUILD, 'bench/profile-'), async (profile) => {
      const context = await chromium.launchPersistentContext(profile, CHROMIUM);
      try {
        await benchIn(context, { site: server.url, product: product.url }, options);
      } finally {
        await context.close();
      }
    });
  } finally {
    await server.close();
    await product.close();
  }
}

/**
 * @param {Context} context
 * @param {{ site: string, product: string }} urls
 * @param {Options} options
 */
async function benchIn(context, urls, { rounds, threads, photos }) {
  const page = await context.newPage();
  await page.goto(`${urls.site}page/`);
  console.log(`\n${await describeMachine(page)}`);
  console.log(`${await preparePhotos(photos, page)}\n`);
  await page.close();

  const { running, missing } = await openAll(context, urls.site, threads);
  const cosines = await compareFeatures(running);
  const measures = [...measuresOf(running), ...readyMeasures(context, urls.product)];
  const progress = new Progress();
  const outcome = await runRounds(measures, {
    rounds,
    warmUps: WARM_UPS,
    onRound: (round) =>
      progress.update('round', round < 0 ? 'to warm up' : `${round + 1}/${rounds}`),
  });
  progress.clear();
  missing.push(...outcome.missing);

  const rows = [
    ...outcome.measured.map(rowOf),
    ...(await memoryRows(context, urls.site, running, missing)),
    ...cosineRows(cosines),
  ];
  rows.push(...ratiosOf(rows));
  console.log(`\nMedians of ${rounds}, taken in turn after ${WARM_UPS} warm-ups\n`);
  console.log(tableOf(rows));
  for (const { entry, threads: count } of running) {
    const asked = entry.settings.threads;
    if (count !== asked) console.log(`${entry.name}: ${asked} threads asked for, ${count} running`);
  }
  for (const { name, reason } of missing) console.log(`missing: ${name}: ${reason}`);
  writeFileSync(OUTPUT, `${JSON.stringify(resultsOf(rows), null, 2)}\n`);
  console.log(`\n${OUTPUT}`);
}

/** @param {import('@playwright/test').Page} page */
async function describeMachine(page) {
  const browser = await page.evaluate(() => /Chrome\/[\d.]+/.exec(navigator.userAgent)?.[0]);
  const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} cores; ${browser}, headless`;
  const versions = ['onnxruntime-web', '@tensorflow/tfjs-backend-wasm'].map(peerVersion);
  return `${machine}; ${versions.join(', ')}`;
}

/** @param {Context} context @param {string} url @param {number} threads */
async function openAll(context, url, threads) {
  /** @type {Running[]} */
  const running = [];
  /** @type {Missing[]} */
  const missing = [];
  for (const entry of systems(threads)) {
    try {
      running.push(await openSystem(context, url, entry));
    } catch (error) {
      missing.push({ name: entry.name, reason: reasonOf(error) });
    }
  }
  return { running, missing };
}

/** @param {readonly Running[]} running @returns {Measure[]} */
function measuresOf(running) {
  const ms = /** @type {const} */ ({ unit: 'ms', better: 'lower' });
  const fastest = running.filter(({ entry }) => /^(float32|int8)\/threads$/.test(entry.id));
  const heads = running.filter(({ entry }) =>
    ['float32/threads', 'tfjs/float32'].includes(entry.id),
  );
  return [
    ...running.map((system) => ({
      id: `forward/${system.entry.id}/ms`,
      name: `forward: ${system.entry.name}`,
      ...ms,
      run: () => call(system, 'forward', 1),
    })),
    ...running.map((system) => ({
      id: `forward/${system.entry.id}/batch${BATCH}/ms`,
      name: `forward, batch of ${BATCH}, an image: ${system.entry.name}`,
      ...ms,
      run: async () => (await call(system, 'forward', BATCH)) / BATCH,
    })),
    ...fastest.map((system) => ({
      id: `files/${system.entry.settings.precision}/images_per_s`,
      name: `${COUNT} files to features: ${system.entry.name}`,
      unit: 'images/s',
      better: /** @type {const} */ ('higher'),
      run: () => call(system, 'files'),
    })),
    ...heads.map((system) => ({
      id: system.entry.script === 'tensorflow' ? 'head/tfjs/step/ms' : 'head/step/ms',
      name: `head step, 2048 -> 1024 -> 10, batch of 32: ${system.entry.name}`,
      ...ms,
      run: () => call(system, 'headStep'),
    })),
  ];
}

/** @param {Context} context @param {string} url @returns {Measure[]} the cached one after the cold */
function readyMeasures(context, url) {
  return ['cold', 'cached'].map((state) => ({
    id: `ready/${state}/ms`,
    name: `navigation to ready, ${state}`,
    unit: 'ms',
    better: 'lower',
    run: () => timeToReady(context, url, { cold: state === 'cold' }),
  }));
}

/**
 * The memory of a new page that adds photos and trains on them.
 * @param {Context} context
 * @param {string} url
 * @param {readonly Running[]} running
 * @param {Missing[]} missing gets what could not be measured
 */
async function memoryRows(context, url, running, missing) {
  /** @type {Row[]} */
  const rows = [];
  for (const precision of ['float32', 'int8']) {
    const entry = running.find((system) => system.entry.id === `${precision}/threads`)?.entry;
    if (!entry) continue;
    const name = `peak memory of the tab's process: ${entry.name}`;
    try {
      const value = await peakOfNewPage(async () => {
        await call(await openSystem(context, url, entry), 'headStep');
      });
      rows.push({ id: `memory/${precision}/mb`, name, value, unit: 'MB', better: 'lower' });
    } catch (error) {
      missing.push({ name, reason: reasonOf(error) });
    }
  }
  return rows;
}

/** How close int8 comes. @param {Map<string, number>} cosines @returns {Row[]} */
function cosineRows(cosines) {
  const value = cosines.get('int8/threads');
  if (value === undefined) return [];
  const name = 'cosine of the features of int8 and float32';
  return [{ id: 'cosine/int8', name, value, unit: '', better: 'higher' }];
}
