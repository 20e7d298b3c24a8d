import { UserError } from '../lib/fail.mjs';
import { cosine } from './statistics.mjs';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('@playwright/test').BrowserContext} Context */
/** @typedef {import('./systems.mjs').Entry} Entry */
/** @typedef {'features' | 'forward' | 'headStep' | 'files'} Call */

/** Features of float32 systems differ by rounding alone. */
const LEAST_COSINE = 0.999;

/**
 * A page with one system running in it.
 * @typedef {object} Running
 * @property {Entry} entry
 * @property {Page} page
 * @property {number} threads that it has, which may be fewer than were asked for
 */

/**
 * Starts a system in a page of its own.
 * @param {Context} context
 * @param {string} url of the benchmark's site
 * @param {Entry} entry
 * @returns {Promise<Running>}
 */
export async function openSystem(context, url, entry) {
  const page = await context.newPage();
  try {
    await page.goto(`${url}page/`);
    return { entry, page, threads: await page.evaluate(startInPage, entry) };
  } catch (error) {
    await page.close();
    throw error;
  }
}

/** Runs in the page. @param {Pick<Entry, 'script' | 'settings'>} entry @returns {Promise<number>} */
async function startInPage({ script, settings }) {
  const { start } = await import(`${location.origin}/page/${script}.js`);
  const system = await start(settings);
  Object.assign(globalThis, { system });
  return system.threads;
}

/**
 * Calls a method of the system in the page: tests/bench/page/system.d.ts tells what it returns.
 * @param {Running} running
 * @param {Call} method
 * @param {number} [argument]
 * @returns {Promise<any>}
 */
export function call({ page }, method, argument) {
  // @ts-expect-error the page's own global
  const inPage = (/** @type {any} */ { method, argument }) => globalThis.system[method](argument);
  return page.evaluate(inPage, { method, argument });
}

/**
 * Makes sure that all systems compute the same network.
 * @param {readonly Running[]} systems
 * @returns {Promise<Map<string, number>>} by id, the cosine between a system's features and those of
 *   the reference
 */
export async function compareFeatures(systems) {
  const reference = systems.find(({ entry }) => entry.script === 'onnxruntime') ?? systems[0];
  if (!reference) throw new UserError('None of the systems runs here.');
  const expected = await call(reference, 'features');
  const cosines = new Map();
  for (const running of systems) {
    const similarity = cosine(await call(running, 'features'), expected);
    cosines.set(running.entry.id, similarity);
    if (running.entry.settings.precision !== 'int8' && !(similarity > LEAST_COSINE)) {
      throw new UserError(
        `${running.entry.name} computes other features than ${reference.entry.name}: ` +
          `the cosine between them is ${similarity.toFixed(4)}.`,
        'Times of different networks cannot be compared.',
      );
    }
  }
  return cosines;
}

/**
 * From the navigation to the moment when tabtrain's own page can take photos.
 * @param {Context} context
 * @param {string} url of the built site
 * @param {{ cold: boolean }} options cold: the browser has kept nothing of an earlier visit
 * @returns {Promise<number>} milliseconds
 */
export async function timeToReady(context, url, { cold }) {
  const page = await context.newPage();
  try {
    if (cold) await forget(await context.newCDPSession(page), new URL(url).origin);
    await page.goto(url);
    await page.getByText('ready', { exact: true }).waitFor();
    return await page.evaluate(() => performance.now());
  } finally {
    await page.close();
  }
}

/** Takes away the browser's cache and what the page has stored.
 * @param {import('@playwright/test').CDPSession} session @param {string} origin */
async function forget(session, origin) {
  await session.send('Network.clearBrowserCache');
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
}
