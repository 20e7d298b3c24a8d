import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../build/cmake.mjs';
import { CORES } from '../lib/parallel.mjs';
import { BUILD } from '../lib/paths.mjs';
import { Progress } from '../lib/progress.mjs';
import { npmProgram, status } from '../lib/run.mjs';
import { countGoogleTests, countPlaywright, countVitest } from './counts.mjs';

/** @typedef {import('./counts.mjs').Counts} Counts */

const REPORTS = join(BUILD, 'reports');

/**
 * Builds a preset and runs its GoogleTest programs, natively or in Node.
 * @param {string} preset
 */
export async function googleTests(preset) {
  const progress = new Progress();
  await compile(preset, { jobs: CORES, onProgress: (state) => progress.update('built', state) });
  progress.clear();
  return runAndCount(`${preset}.xml`, countGoogleTests, (report) =>
    status('ctest', [
      ...['--test-dir', join(BUILD, preset), '--output-on-failure', '--no-tests=error'],
      ...['--output-junit', report],
      ...['--test-output-size-passed', '1000000', '--test-output-size-failed', '1000000'],
    ]),
  );
}

/**
 * Runs Vitest.
 * @param {string} name of the report
 * @param {...string} args which tests
 */
export function vitest(name, ...args) {
  return runAndCount(`${name}.json`, countVitest, (report) => {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    return status(npmProgram('vitest'), ['run', ...reporters, ...args]);
  });
}

/** Runs Playwright on the built site, in the system's Chromium. */
export function playwright() {
  return runAndCount('playwright.json', countPlaywright, (report) =>
    status(
      npmProgram('playwright'),
      ['test', '--config', 'tests/web/playwright.config.ts', '--reporter=list,json'],
      { env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report } },
    ),
  );
}

/**
 * @param {string} file name of the report
 * @param {(report: string) => Counts} count
 * @param {(path: string) => Promise<number>} run gets where to write it; returns the exit code
 * @returns {Promise<Counts>}
 */
async function runAndCount(file, count, run) {
  const path = join(REPORTS, file);
  mkdirSync(REPORTS, { recursive: true });
  rmSync(path, { force: true }); // one of an earlier run must not count
  const code = await run(path);
  if (!existsSync(path)) return { passed: 0, failed: 1, skipped: 0 };
  const counts = count(readFileSync(path, 'utf8'));
  const ranNothing = counts.passed + counts.failed === 0;
  const failedOtherwise = code !== 0 && counts.failed === 0;
  return ranNothing || failedOtherwise ? { ...counts, failed: 1 } : counts;
}
