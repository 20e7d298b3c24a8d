import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from '@playwright/test';
import { startServer } from '../site/server.mjs';
import { CHROMIUM } from './chromium.mjs';
import { UserError } from './fail.mjs';
import { withTemporaryFolder } from './folder.mjs';
import { BUILD, DIST } from './paths.mjs';

const FOLDER = 'given';

/** Where a page finds the file of that number in the list that `inPage` got. @param {number} index */
export function addressOf(index) {
  return `/${FOLDER}/${index}`;
}

/**
 * Runs a function in a page of the built site, in headless Chromium.
 * @template A, R
 * @param {(argument: A) => Promise<R>} work gets no other variables than its argument
 * @param {A} argument
 * @param {readonly string[]} [files] that the page can fetch, wherever on the disk they are
 * @returns {Promise<R>}
 */
export async function inPage(work, argument, files = []) {
  if (!existsSync(join(DIST, 'tabtrain.js'))) {
    throw new UserError('The module is not built yet.', 'Build it: npm run build');
  }
  return withTemporaryFolder(join(BUILD, 'site-'), async (root) => {
    linkSite(root, files);
    const server = await startServer({ root, port: 0 });
    const browser = await chromium.launch(CHROMIUM);
    try {
      const page = await browser.newPage();
      await page.goto(`${server.url}THIRD_PARTY_LICENSES.txt`); // any page: the module needs no DOM
      // @ts-expect-error Playwright's types know no generic functions
      return await page.evaluate(work, argument);
    } finally {
      await browser.close();
      await server.close();
    }
  });
}

/**
 * Fills a folder with links to the built site, and to files beside it.
 * @param {string} root
 * @param {readonly string[]} files
 */
export function linkSite(root, files) {
  for (const name of readdirSync(DIST)) symlinkSync(join(DIST, name), join(root, name));
  mkdirSync(join(root, FOLDER));
  for (const [index, file] of files.entries()) {
    symlinkSync(resolve(file), join(root, addressOf(index)));
  }
}
