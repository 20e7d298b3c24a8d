import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';
import { CHROMIUM } from '../../tools/lib/chromium.mjs';
import { isolated, notIsolated } from './servers.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const serve = (url: string, flags = '') => ({
  command: `node tools/serve.mjs --port ${new URL(url).port}${flags}`,
  cwd: root,
  url,
});

export default defineConfig({
  testDir: 'e2e',
  outputDir: `${root}build/playwright`,
  // Each page uses all cores already.
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 60_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  use: {
    baseURL: isolated,
    viewport: { width: 1280, height: 900 },
    launchOptions: CHROMIUM,
  },
  webServer: [serve(isolated), serve(notIsolated, ' --no-isolation')],
});
