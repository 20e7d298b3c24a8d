import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { copyFile, copyFolder } from '../../../../tools/build/copy.mjs';
import { makeFolder, makeLink } from '../../../../tools/lib/folder.mjs';
import { mapLimited } from '../../../../tools/lib/parallel.mjs';
import { capture, outcome } from '../../../../tools/lib/run.mjs';
import { Stamp } from '../../../../tools/lib/stamp.mjs';
import { isNewEnough } from '../../../../tools/setup/emscripten.mjs';
import { LIBRARIES } from '../../../../tools/setup/third-party.mjs';
import { temporaryFolder } from './fixtures.mjs';

const folder = temporaryFolder();

describe('makeFolder', () => {
  test('makes a folder whole or not at all', async () => {
    const path = join(folder, 'whole', 'deep');
    const fill = (name, error) => async (part) => {
      writeFileSync(join(part, name), '');
      if (error) throw error;
    };
    await expect(makeFolder(path, fill('a', new Error('broke')))).rejects.toThrow('broke');
    expect(existsSync(path)).toBe(false);
    await makeFolder(path, fill('b'));
    await makeFolder(path, fill('c')); // as another set-up at the same time would
    expect(readdirSync(path)).toEqual(['b']);
    expect(readdirSync(join(path, '..'))).toEqual(['deep']);
  });

  test('makeLink replaces what is there', () => {
    const link = join(folder, 'link');
    mkdirSync(link);
    makeLink('whole', link);
    makeLink('whole/deep', link);
    expect(readdirSync(link)).toEqual(['b']);
  });
});

test('a stamp is current for its definition only', () => {
  const path = join(folder, 'stamps', 'one');
  const stamp = new Stamp(path, { version: 1 });
  expect(stamp.isCurrent()).toBe(false);
  stamp.write();
  expect(new Stamp(path, { version: 1 }).isCurrent()).toBe(true);
  expect(new Stamp(path, { version: 2 }).isCurrent()).toBe(false);
  stamp.clear();
  expect(stamp.isCurrent()).toBe(false);
});

describe('mapLimited', () => {
  test('keeps the order and the limit', async () => {
    let running = 0;
    let most = 0;
    const results = await mapLimited([30, 1, 20, 1], 2, async (delay) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, delay));
      --running;
      return delay;
    });
    expect(results).toEqual([30, 1, 20, 1]);
    expect(most).toBe(2);
  });

  test('starts nothing more after an error', async () => {
    const started = [];
    const call = async (item) => {
      started.push(item);
      if (item === 1) throw new Error('broke');
      await new Promise((resolve) => setTimeout(resolve, 10));
    };
    await expect(mapLimited([0, 1, 2, 3], 2, call)).rejects.toThrow('broke');
    expect(started).toEqual([0, 1]);
  });
});

describe('running programs', () => {
  test('a failing one is shown with what it said', async () => {
    const script = 'console.error("the reason"); process.exit(3)';
    await expect(capture(process.execPath, ['-e', script])).rejects.toThrow(
      /failed \(code 3\):\nthe reason/,
    );
  });

  test('a missing one and one that was killed have failed', async () => {
    expect((await outcome('no-such-program', [])).code).toBe(127);
    const script = 'process.kill(process.pid, "SIGKILL")';
    expect((await outcome(process.execPath, ['-e', script])).code).toBe(128);
  });
});

test('files are copied when they changed, with their time', () => {
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  mkdirSync(join(from, 'deep'), { recursive: true });
  writeFileSync(join(from, 'deep', 'file'), 'one');
  copyFolder(from, to);
  const copy = join(to, 'deep', 'file');
  expect(readFileSync(copy, 'utf8')).toBe('one');
  const before = statSync(copy);
  expect(before.mtimeMs).toBeCloseTo(statSync(join(from, 'deep', 'file')).mtimeMs, -1);
  copyFile(join(from, 'deep', 'file'), copy);
  expect(statSync(copy).ctimeMs).toBe(before.ctimeMs);
  writeFileSync(join(from, 'deep', 'file'), 'two, longer');
  copyFolder(from, to);
  expect(readFileSync(copy, 'utf8')).toBe('two, longer');
});

test.each([
  ['3.1.61', true],
  ['"3.1.69"\n', true],
  ['4.0.0-git', true],
  ['3.2.0', true],
  ['3.1.60', false],
  ['3.1.6~dfsg', false],
  ['2.0.99', false],
  ['', false],
])('Emscripten %j is new enough: %s', (version, expected) => {
  expect(isNewEnough(version)).toBe(expected);
});

test.each(LIBRARIES.map((library) => [library.name, library]))('%s is pinned', (_, library) => {
  const { version, debian, upstream } = library;
  expect(debian.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(debian.file).toContain(`_${version}`);
  expect(upstream.repository).toMatch(/^https:\/\/git(hub|lab)\.com\/[\w-]+\/[\w-]+$/);
  expect(upstream.commit).toMatch(/^[0-9a-f]{40}$/);
  const short = /\.([0-9a-f]{7})$/.exec(version)?.[1];
  if (short) expect(upstream.commit.startsWith(short)).toBe(true);
});

test('what ends a tool ends the programs that it started, and theirs', async () => {
  const module = JSON.stringify(new URL('../../../../tools/lib/', import.meta.url).href);
  const marker = join(folder, 'still-running');
  const script = `
    const { runMain } = await import(${module} + 'main.mjs');
    const { status } = await import(${module} + 'run.mjs');
    const program = 'echo started; (sleep 1; touch "$0") & wait';
    await runMain(async () => void (await status('sh', ['-c', program, ${JSON.stringify(marker)}])));`;
  const tool = spawn(process.execPath, ['--input-type=module', '-e', script]);
  tool.stdout.once('data', () => tool.kill('SIGTERM'));
  const code = await new Promise((resolve) => tool.on('exit', resolve));
  expect(code).toBe(143);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(existsSync(marker)).toBe(false);
});
