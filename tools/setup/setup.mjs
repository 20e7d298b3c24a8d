import { UserError } from '../lib/fail.mjs';
import { runSteps } from '../lib/step.mjs';
import { emscripten } from './emscripten.mjs';
import { nodeModules } from './node-modules.mjs';
import { samples } from './samples.mjs';
import { systemPackages } from './system.mjs';
import { thirdParty } from './third-party.mjs';
import { weights } from './weights.mjs';

const OLDEST_NODE = [20, 19];

/**
 * Makes the machine and the clone ready to build. Quick when it was done.
 * @param {{ tests?: boolean }} [options] tests: with what only the tests need
 */
export async function setup({ tests = false } = {}) {
  checkNode();
  console.log('Set-up');
  await runSteps([
    systemPackages({ tests }),
    emscripten(),
    thirdParty(),
    nodeModules(),
    weights(),
    samples({ required: tests }),
  ]);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (Number(major) > Number(oldestMajor)) return;
  if (major === oldestMajor && Number(minor) >= Number(oldestMinor)) return;
  throw new UserError(
    `Node ${process.versions.node} is too old: ${OLDEST_NODE.join('.')} is needed.`,
    'Install a newer one from nodejs.org.',
  );
}
