import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../build/cmake.mjs';
import { UserError } from '../lib/fail.mjs';
import { CORES } from '../lib/parallel.mjs';
import { BUILD } from '../lib/paths.mjs';
import { Progress } from '../lib/progress.mjs';
import { capture } from '../lib/run.mjs';
import { weightsFile } from '../weights/store.mjs';

/**
 * What was measured on. Photos are those that the core decodes itself: JPEG, PNG, BMP.
 * @typedef {{ weights: string, photos: number, validation: number }} Setup
 */

/**
 * One training; perClass 0: all photos.
 * @typedef {{ perClass: number, views: number, seed: number, accuracy: number, loss: number }} Run
 */

/**
 * Runs tests/gain, natively.
 * @param {string} weights name
 * @param {string} train folder with one folder of photos a class
 * @param {string} validation the same
 * @returns {Promise<{ setup: Setup, runs: Run[] }>}
 */
export async function measureGain(weights, train, validation) {
  const file = weightsFile(weights);
  for (const path of [file, train, validation]) {
    if (!existsSync(path)) throw new UserError(`${path} is not there.`, 'Name another one.');
  }
  await compile('native', { target: 'augmentation_gain', jobs: CORES });
  const progress = new Progress();
  let done = 0;
  const program = join(BUILD, 'native/tests/gain/augmentation_gain');
  const output = await capture(program, [file, train, validation], {
    onOutput(text) {
      done += text.split('\n').length - 1;
      progress.update('trained', `${Math.max(0, done - 1)} times`);
    },
  });
  progress.clear();
  const [setup, ...runs] = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { setup, runs };
}
