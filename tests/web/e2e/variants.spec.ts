// Which build of the core runs, and what happens when one does not start or computes wrongly.
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, type Page, test } from '@playwright/test';
import type { Variant } from '../../../web/lib/tabtrain.js';
import { isolated } from '../servers.js';
import { openBlank } from './blank.js';

const variants = ['relaxed-threads', 'relaxed-single', 'simd-threads', 'simd-single'] as const;

/** What a trainer that is started so says of itself, or the error's code. */
function start(page: Page, options: { variant?: Variant; threads?: number; wasmUrl?: string }) {
  return page.evaluate(async (options) => {
    try {
      const trainer = await window.tabtrain.createTrainer(options);
      const { variant, threads, reason } = trainer.info();
      const { total } = await trainer.memory();
      trainer.close();
      return { variant, threads, reason, total, code: '' };
    } catch (error) {
      const { code, message } = error as { code: string; message: string };
      return { variant: '', threads: 0, reason: message, total: 0, code };
    }
  }, options);
}

for (const variant of variants) {
  test(`${variant}, when forced, is what runs`, async ({ page }) => {
    await openBlank(page);
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
    const info = await start(page, { variant });
    expect(info).toMatchObject({ variant, reason: null });
    if (variant.endsWith('threads')) expect(info.threads).toBeGreaterThan(1);
    expect(info.total).toBeLessThanOrEqual(300e6);
    const builds = loaded.filter((path) => path.endsWith('.wasm') && !path.includes('decoder'));
    expect(builds).toEqual([`/wasm/${variant}.wasm`]);
  });
}

test('a build under the name of another is noticed', async ({ page }) => {
  await openBlank(page);
  await page.route('**/wrong/*', async (route) => {
    const url = route.request().url().replace('/wrong/', '/wasm/').replace('relaxed', 'simd');
    await route.fulfill({ response: await route.fetch({ url }) });
  });
  const info = await start(page, { wasmUrl: '/wrong', variant: 'relaxed-single' });
  expect(info).toMatchObject({ code: 'start-failed' });
  expect(info.reason).toMatch(/is a build with simd SIMD\.$/);
});

/** Lets the self-test of the builds that match fail, at `/poisoned`. */
async function poison(page: Page, builds: RegExp): Promise<void> {
  await page.route('**/poisoned/*', async (route) => {
    const url = route.request().url().replace('/poisoned/', '/wasm/');
    const response = await route.fetch({ url });
    if (url.endsWith('.wasm')) return route.fulfill({ response });
    // Imported from where they are, so that their threads find them.
    const body = `
      import make from '${new URL(url).pathname}';
      export default async (argument) => {
        const core = await make(argument);
        const result = { ok: false, code: 'internal', message: 'the convolution is off' };
        if (${builds.test(url)}) core.Session.prototype.selfTest = () => result;
        return core;
      };`;
    await route.fulfill({ response, body });
  });
}

test('a build whose self-test fails makes way for the next', async ({ page }) => {
  await openBlank(page);
  await poison(page, /relaxed-/);
  const info = await start(page, { wasmUrl: '/poisoned', threads: 2 });
  expect(info).toMatchObject({ variant: 'simd-threads', threads: 2 });
  expect(info.reason).toMatch(/without relaxed SIMD, because it computed wrong numbers/);
});

test('a self-test that fails in every build, or in a forced one, is an error', async ({ page }) => {
  await openBlank(page);
  await poison(page, /relaxed-|simd-/);
  const any = await start(page, { wasmUrl: '/poisoned' });
  expect(any).toMatchObject({ code: 'self-test-failed', reason: 'The convolution is off.' });
  const forced = await start(page, { wasmUrl: '/poisoned', variant: 'relaxed-single' });
  expect(forced).toMatchObject({ code: 'self-test-failed' });
});

/** The site, but `fault` answers requests for the script of a thread. */
async function siteWithFault(
  fault: 'missing' | 'silent',
): Promise<{ url: string; server: Server }> {
  const server = createServer((incoming, response) => {
    const isThread =
      incoming.headers['sec-fetch-dest'] === 'worker' && incoming.url?.includes('-threads');
    if (isThread && fault === 'silent') return;
    if (isThread) return response.writeHead(404).end();
    const { method, headers } = incoming;
    const onward = request(`${isolated}${incoming.url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

for (const fault of ['missing', 'silent'] as const) {
  test(`runs on one thread when the script of the threads is ${fault}`, async ({ page }) => {
    const { url, server } = await siteWithFault(fault);
    await openBlank(page, url);
    const info = await start(page, { threads: 2 });
    expect(info).toMatchObject({ variant: 'relaxed-single', threads: 1 });
    expect(info.reason).toMatch(/on one thread, because the build with threads did not start/);
    server.closeAllConnections();
    server.close();
  });
}

test('features depend neither on the threads nor on what came before', async ({ page }) => {
  await openBlank(page);
  const runs = await page.evaluate(async () => {
    const files = window.pictures.flatMap(({ files }) => files.slice(0, 2)).slice(0, 5);
    const runs: string[][] = [];
    for (const threads of [1, 2, 3]) {
      const trainer = await window.tabtrain.createTrainer({ threads });
      const inOrder = await Promise.all(files.map((file) => trainer.features(file)));
      await trainer.addImages('all', files);
      const reversed = await Promise.all(files.toReversed().map((file) => trainer.features(file)));
      runs.push(inOrder.map(String), reversed.toReversed().map(String));
      trainer.close();
    }
    return runs;
  });
  expect(new Set(runs[0]).size).toBe(5);
  for (const run of runs) expect(run).toEqual(runs[0]);
});
