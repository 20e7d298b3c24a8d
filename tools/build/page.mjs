import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { digestFiles } from '../lib/hash.mjs';
import { BUILD, DIST, ROOT } from '../lib/paths.mjs';
import { capture, npmProgram } from '../lib/run.mjs';
import { Stamp } from '../lib/stamp.mjs';

/** What Vite empties not itself, because the wasm variants and weights lie beside it. */
const OUTPUTS = ['index.html', 'tabtrain.js', 'tabtrain-import.js', 'assets', 'types'];

/**
 * The page, the module and its worker.
 * @returns {import('../lib/step.mjs').Step}
 */
export function page() {
  const stamp = new Stamp(join(BUILD, 'page.stamp'), inputs());
  return {
    name: 'page and module',
    isDone: () => stamp.isCurrent() && OUTPUTS.every((name) => existsSync(join(DIST, name))),
    doing: 'bundling',
    async run() {
      stamp.clear();
      for (const name of OUTPUTS) rmSync(join(DIST, name), { recursive: true, force: true });
      await capture(npmProgram('vite'), ['build', '--config', 'web/vite.config.ts']);
      stamp.write();
    },
  };
}

/** Everything that the bundle is made from, by name and content. */
function inputs() {
  const files = readdirSync(join(ROOT, 'web'), { recursive: true, encoding: 'utf8' })
    .map((name) => join('web', name))
    .filter((name) => statSync(join(ROOT, name)).isFile())
    .concat('package-lock.json')
    .sort();
  const paths = files.map((name) => join(ROOT, name));
  return { files, digest: digestFiles('sha256', ...paths).toString('hex') };
}
