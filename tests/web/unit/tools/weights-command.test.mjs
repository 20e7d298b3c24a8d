import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from './fixtures.mjs';

vi.setConfig({ testTimeout: 30_000 });
const script = fileURLToPath(new URL('../../../../tools/weights.mjs', import.meta.url));
const file = join(temporaryFolder(), 'my weights.h5');
writeFileSync(file, 'no weights');

function run(...args) {
  return spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
}

test('without a command, sources and usage are listed', () => {
  const { status, stdout } = run();
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ {2}keras-imagenet +Apache-2\.0, /m);
  expect(stdout).toMatch(/^ {2}nsfwjs +MIT, in the cache: /m);
  expect(stdout).toContain('npm run weights -- import FILE');
});

test.each([
  ['an unknown source', ['fetch', 'imagenet'], 'no source of weights named imagenet'],
  ['a missing file', ['import', 'none.h5'], 'There is no file none.h5'],
  ['a file of no known kind', ['import', file, '--name', 'mine'], 'is of no known kind'],
  ['a name that is no file name', ['import', file], 'my weights cannot be the name of weights'],
  ['the name default', ['import', file, '--name', 'default'], 'default cannot be the name'],
  ["a source's name for another file", ['import', file, '--name', 'nsfwjs'], 'is not nsfwjs'],
  ['an unknown dtype', ['import', file, '--name', 'a', '--dtype', 'int4'], 'int4 is unknown'],
  ['an unknown layer', ['import', file, '--name', 'a', '--features', 'mixed3,mixed11'], 'mixed11'],
  ['a layer twice', ['import', file, '--name', 'a', '--features', 'mixed3,mixed3'], 'twice'],
  ['an unknown transform', ['import', file, '--name', 'a', '--transform', 'log'], 'log is unknown'],
  ['an unknown scaling', ['import', file, '--name', 'a', '--scaling', 'max'], 'max is unknown'],
  ['weights that are not there', ['use', 'none'], 'There are no weights named none yet'],
  ['an unknown command', ['get', 'nsfwjs'], 'npm run weights -- fetch NAME'],
  ['a command without its argument', ['fetch'], 'npm run weights -- fetch NAME'],
  ['an unknown option', ['fetch', 'nsfwjs', '--force'], "Unknown option '--force'"],
])('%s is refused in words', (_, args, message) => {
  const { status, stderr } = run(...args);
  expect(status).toBe(1);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('    at ');
});
