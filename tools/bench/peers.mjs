import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { digestFiles } from '../lib/hash.mjs';
import { ROOT } from '../lib/paths.mjs';
import { capture } from '../lib/run.mjs';
import { Stamp } from '../lib/stamp.mjs';

const FOLDER = join(ROOT, 'tests/bench/peers');
export const PEERS = join(FOLDER, 'node_modules');

/**
 * The peers and what their models are written with: npm packages that nothing else needs.
 * @returns {import('../lib/step.mjs').Step}
 */
export function peers() {
  const lock = digestFiles('sha256', join(FOLDER, 'package-lock.json')).toString('hex');
  const stamp = new Stamp(join(PEERS, '.bench.stamp'), lock);
  return {
    name: 'onnxruntime-web, TensorFlow.js',
    isDone: () => stamp.isCurrent() && existsSync(PEERS),
    doing: 'npm ci',
    async run() {
      await capture('npm', ['ci', '--ignore-scripts'], { cwd: FOLDER });
      stamp.write();
    },
  };
}

/** One of these packages, which are not our own. @param {string} name @returns {any} */
export function requirePeer(name) {
  return createRequire(join(FOLDER, 'package.json'))(name);
}

/** What the README names: 'onnxruntime-web 1.30.0'. @param {string} name */
export function peerVersion(name) {
  return `${name} ${requirePeer(`./node_modules/${name}/package.json`).version}`;
}
