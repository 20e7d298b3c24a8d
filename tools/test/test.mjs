import { build } from '../build/build.mjs';
import { VARIANTS } from '../build/cmake.mjs';
import { check } from '../check/check.mjs';
import { UserError } from '../lib/fail.mjs';
import { stopwatch } from '../lib/step.mjs';
import { sum } from './counts.mjs';
import { googleTests, playwright, vitest } from './runners.mjs';

/** @typedef {import('./counts.mjs').Counts} Counts */

/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {() => Promise<Counts | void>} run nothing is counted for what has no cases
 */

/** @type {readonly Stage[]} */
const STAGES = [
  ...['native', 'sanitize', ...VARIANTS].map((preset) => ({
    name: `core, ${preset}`,
    run: () => googleTests(preset),
  })),
  { name: 'tools', run: () => vitest('tools', '--dir', 'tests/web/unit/tools') },
  { name: 'module and page', run: () => vitest('web', '--config', 'tests/web/vitest.config.ts') },
  { name: 'site', run: build },
  { name: 'browser', run: playwright },
  { name: 'checks', run: check },
];

/**
 * Runs every test there is; a stage that fails does not keep the later ones from running.
 * @returns {Promise<boolean>} whether all passed
 */
export async function test() {
  /** @type {Counts[]} */
  const counts = [];
  for (const stage of STAGES) counts.push(await runStage(stage));
  const { passed, failed } = sum(counts);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0;
}

/** @param {Stage} stage @returns {Promise<Counts>} */
async function runStage({ name, run }) {
  console.log(`\n== ${name}`);
  const seconds = stopwatch();
  const counts = (await run().catch(report)) ?? { passed: 0, failed: 0, skipped: 0 };
  const words = Object.entries(counts).map(([word, count]) => `${count} ${word}`);
  console.log(`== ${name}: ${words.join(', ')} (${seconds()})`);
  return counts;
}

/** A stage that cannot run has failed. @param {unknown} error @returns {Counts} */
function report(error) {
  console.error(error instanceof UserError ? error.message : error);
  return { passed: 0, failed: 1, skipped: 0 };
}
