import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';
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
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: [serve(isolated), serve(notIsolated, ' --no-isolation')],
});
