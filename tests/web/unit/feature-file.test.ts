// The faults of a disk; that features are kept and read there is tested in the browser.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FeatureFile } from '../../../web/worker/feature-file.js';

const row = new Uint8Array(8);
let access: { write: () => number; read: () => number; close: () => void };
let names: string[];
let locked: string[];

const folder = {
  keys: async function* () {
    yield* [...names];
  },
  getFileHandle: async (name: string) => {
    names.push(name);
    return { createSyncAccessHandle: async () => access };
  },
  removeEntry: async (name: string) => {
    if (locked.includes(name)) throw new DOMException('locked', 'NoModificationAllowedError');
    names = names.filter((other) => other !== name);
  },
};

function browserWith(storage: object): void {
  const locks = { request: (_: string, work: () => unknown) => work() };
  vi.stubGlobal('navigator', { locks, storage });
}

beforeEach(() => {
  access = { write: () => row.length, read: () => row.length, close: () => {} };
  names = [];
  locked = [];
  browserWith({
    getDirectory: async () => ({ getDirectoryHandle: async () => folder }),
    estimate: async () => ({ quota: 100, usage: 40 }),
  });
});
afterEach(() => vi.unstubAllGlobals());

async function opened(): Promise<FeatureFile> {
  const file = new FeatureFile();
  await file.open();
  return file;
}

it('counts what it writes off what is left', async () => {
  const file = await opened();
  expect(file.left()).toBe(60);
  expect(file.write(0, row)).toBe(true);
  expect(file.write(0, row)).toBe(true); // in the same place
  expect(file.left()).toBe(52);
  expect(file.notice).toBeNull();
});

it.each([
  ['a part', () => 3],
  ["Chromium's answer for a full disk", () => 4294967288],
  [
    'an error of the quota',
    () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
  ],
])('says that the disk is full after a write of %s', async (_, write) => {
  const file = await opened();
  access.write = write;
  expect(file.write(0, row)).toBe(false);
  expect(file.left()).toBe(0);
  expect(file.notice).toMatch(/memory, because .* \(no space is left for this page\). Free space/);
  access.write = () => row.length;
  expect(file.write(0, row)).toBe(true);
});

it('names any other fault', async () => {
  const file = await opened();
  access.write = () => {
    throw new Error('the disk is gone');
  };
  expect(file.write(0, row)).toBe(false);
  expect(file.notice).toContain('(the disk is gone)');
});

it('tells a read that fails or comes short', async () => {
  const file = await opened();
  expect(file.read(0, row)).toBe(true);
  access.read = () => 7;
  expect(file.read(0, row)).toBe(false);
  access.read = () => {
    throw new Error('the disk is gone');
  };
  expect(file.read(0, row)).toBe(false);
});

it('takes nothing, and says why, where the browser keeps no files', async () => {
  browserWith({
    getDirectory: async () => {
      throw new DOMException('not in a private window', 'SecurityError');
    },
  });
  const file = await opened();
  expect(file.left()).toBe(0);
  expect(file.write(0, row)).toBe(false);
  expect(file.read(0, row)).toBe(false);
  expect(file.notice).toMatch(/kept in memory.*\(not in a private window\)/);
  await file.measure();
  await file.remove();
});

it('takes all that there may be where the browser does not tell', async () => {
  vi.stubGlobal('navigator', {
    ...navigator,
    storage: { ...navigator.storage, estimate: async () => ({}) },
  });
  expect((await opened()).left()).toBe(Number.MAX_SAFE_INTEGER);
});

it('removes what earlier tabs left, but nothing of tabs that live, and at last its own', async () => {
  names = ['left', 'alive'];
  locked = ['alive'];
  const file = await opened();
  expect(names).toHaveLength(2);
  expect(names).not.toContain('left');
  await file.remove();
  expect(names).toEqual(['alive']);
  expect(file.write(0, row)).toBe(false);
});
