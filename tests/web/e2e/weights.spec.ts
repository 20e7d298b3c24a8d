// Weights that a person gives: imported in the worker, kept on the device, verified at each load.
import { copyFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { zipSync } from 'fflate';
import { importWeights } from '../../../tools/weights/import.mjs';
import { FILES, writeKerasFile } from '../keras-file.mjs';
import { type Site, startSite } from '../site.js';
import { openBlank } from './blank.js';

let site: Site;
let keras: string;
let ours: string;

test.beforeAll(async () => {
  site = await startSite();
  keras = await writeKerasFile('mine.h5');
  ours = join(FILES, 'mine.safetensors');
  const description = { name: 'mine', source: 'mine.h5', licence: 'unknown' };
  await importWeights(keras, ours, { ...description, featureLayers: ['mixed10'] });
});
test.afterAll(() => site.close());
test.beforeEach(({ page }) => openBlank(page, site.url));

interface Result {
  weights: Awaited<ReturnType<typeof window.tabtrain.createTrainer>> extends infer Trainer
    ? Trainer extends { info(): { weights: infer Weights } }
      ? Weights | null
      : never
    : never;
  features: number[];
  progress: { done: number; total: number | null; name: string }[];
  code: string;
  message: string;
}

/** What a trainer says and computes with the given weights; with null, those of the file input. */
function useWeights(page: Page, weights: string | { kept: string } | null): Promise<Result> {
  return page.evaluate(async (given) => {
    const file = document.querySelector('input')?.files?.[0];
    const progress: Result['progress'] = [];
    try {
      const trainer = await window.tabtrain.createTrainer({
        weights: given ?? file,
        onProgress: (event) => event.phase === 'weights' && progress.push(event),
      });
      const features = await trainer.features(window.pictures[0]?.files[0] as File);
      const { weights } = trainer.info();
      trainer.close();
      return { weights, features: Array.from(features), progress, code: '', message: '' };
    } catch (error) {
      const { code, message } = error as Result;
      return { weights: null, features: [], progress, code, message };
    }
  }, weights);
}

/** The same with a file of the disk, given as a File. */
async function useFile(page: Page, path: string): Promise<Result> {
  await page.evaluate(() => {
    const input = document.createElement('input');
    input.type = 'file';
    document.body.replaceChildren(input);
  });
  await page.setInputFiles('input', path);
  return useWeights(page, null);
}

/** Names of the files that are kept in OPFS. */
function keptFiles(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('tabtrain-weights', { create: true });
    const names: string[] = [];
    for await (const name of folder.keys()) names.push(name);
    return names.sort();
  });
}

/** Changes the one kept file, as a fault of the disk may. */
function damageKept(page: Page, how: 'bit' | 'end'): Promise<void> {
  return page.evaluate(async (how) => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('tabtrain-weights');
    for await (const handle of folder.values()) {
      const file = handle as FileSystemFileHandle;
      const writable = await file.createWritable({ keepExistingData: true });
      const { size } = await file.getFile();
      if (how === 'end') await writable.truncate(size - 1);
      else await writable.write({ type: 'write', position: size / 2, data: new Uint8Array([77]) });
      await writable.close();
    }
  }, how);
}

test('imports Keras’ .h5 as the tool does, keeps it, and uses what is kept', async ({ page }) => {
  const imported = await useFile(page, keras);
  expect(imported.message).toBe('');
  expect(imported.weights).toMatchObject({
    ...{ name: 'mine', source: 'mine.h5', licence: 'unknown', featureLayers: ['mixed10'] },
    notice: null,
  });
  const last = imported.progress.at(-1);
  expect(last).toMatchObject({ name: 'mine.h5', total: last?.done });

  const byTool = await useFile(page, ours);
  expect(imported.features).toHaveLength(2048);
  expect(imported.features).toEqual(byTool.features);
  expect(byTool.weights).toEqual(imported.weights); // the very bytes of the tool's file

  const kept = await useWeights(page, { kept: imported.weights?.kept ?? '' });
  expect(kept.weights).toEqual(imported.weights);
  expect(kept.features).toEqual(imported.features);

  // Given again it is not imported again: the reader of Keras files is not even asked for.
  await page.route('**/tabtrain-import.js', (route) => route.abort());
  expect((await useFile(page, keras)).weights).toEqual(imported.weights);
});

test('imports Keras 3’s .keras, and a .h5 by its address', async ({ page }) => {
  const zip = join(FILES, 'model.keras');
  const member = { 'model.weights.h5': [readFileSync(keras), { level: 0 }] as const };
  writeFileSync(zip, zipSync({ ...member, 'config.json': new Uint8Array(2) } as never));
  const fromZip = await useFile(page, zip);
  expect(fromZip.message).toBe('');
  expect(fromZip.weights).toMatchObject({ name: 'model', source: 'model.keras' });

  copyFileSync(keras, join(site.given, 'some.weights.h5'));
  const fromUrl = await useWeights(page, '/given/some.weights.h5');
  expect(fromUrl.message).toBe('');
  expect(fromUrl.weights).toMatchObject({ name: 'some' });
  expect(fromUrl.features).toEqual(fromZip.features);
});

test('takes float16 weights, half as large, for nearly the same features', async ({ page }) => {
  const half = join(FILES, 'half.safetensors');
  const description = { name: 'half', source: 'mine.h5', licence: 'unknown' };
  await importWeights(keras, half, { ...description, featureLayers: ['mixed10'] }, 'float16');
  expect(statSync(half).size / statSync(ours).size).toBeCloseTo(0.5, 2);
  const rounded = await useFile(page, half);
  const { features } = await useFile(page, ours);
  const largest = Math.max(...features);
  const differences = features.map((value, index) =>
    Math.abs(value - (rounded.features[index] ?? 0)),
  );
  expect(Math.max(...differences)).toBeLessThan(1e-2 * largest);
  expect(Math.max(...differences)).toBeGreaterThan(0);
});

test('fetches an address once, and again when the server has another file', async ({ page }) => {
  const path = join(site.given, 'w.safetensors');
  copyFileSync(ours, path);
  const fetched = await useWeights(page, '/given/w.safetensors');
  expect(fetched.weights?.notice).toBeNull();
  expect(await keptFiles(page)).toHaveLength(1);

  const again = await useWeights(page, '/given/w.safetensors');
  expect(again.weights).toEqual(fetched.weights);
  expect(again.features).toEqual(fetched.features);

  // Without the server, what is kept serves.
  await page.route('**/given/*', (route) => route.abort());
  expect((await useWeights(page, '/given/w.safetensors')).weights).toEqual(fetched.weights);
  await page.unroute('**/given/*');

  rmSync(path);
  expect(await useWeights(page, '/given/w.safetensors')).toMatchObject({ code: 'network' });
  const other = { name: 'other', source: 'elsewhere', licence: 'MIT', featureLayers: ['mixed0'] };
  await importWeights(ours, path, other, 'float16');
  const changed = await useWeights(page, '/given/w.safetensors');
  expect(changed.weights).toMatchObject({ name: 'other' });
  expect(await keptFiles(page)).toHaveLength(1); // the old one has been replaced
});

for (const how of ['bit', 'end'] as const) {
  test(`does not use a kept file with a damaged ${how}`, async ({ page }) => {
    copyFileSync(ours, join(site.given, 'w.safetensors'));
    const fetched = await useWeights(page, '/given/w.safetensors');
    await damageKept(page, how);
    const again = await useWeights(page, '/given/w.safetensors');
    expect(again.weights?.notice).toMatch(/damaged and has been deleted/);
    expect(again.features).toEqual(fetched.features);

    await damageKept(page, how);
    const kept = await useWeights(page, { kept: fetched.weights?.kept ?? '' });
    expect(kept).toMatchObject({ code: 'weights-not-kept' });
    expect(kept.message).toMatch(/damaged and has been deleted\. Give the file again\.$/);
    expect(await keptFiles(page)).toEqual([]);
  });
}

test('works from memory where no copy can be kept, and says so', async ({ page }) => {
  const session = await page.context().newCDPSession(page);
  const quota = { origin: site.url, quotaSize: 5 * 1024 * 1024 };
  await session.send('Storage.overrideQuotaForOrigin', quota);
  const full = await useFile(page, keras);
  expect(full.features).toHaveLength(2048);
  expect(full.weights).toMatchObject({ kept: null });
  expect(full.weights?.notice).toMatch(/No copy .* no space is left for this page\.$/);
  expect(await keptFiles(page)).toEqual([]);
});

test('keeps nothing of a load that was cancelled, and sweeps up after a crash', async ({
  page,
}) => {
  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('tabtrain-weights', { create: true });
    await folder.getFileHandle('left.part', { create: true });
  });
  copyFileSync(ours, join(site.given, 'w.safetensors'));
  const name = await page.evaluate(async () => {
    const controller = new AbortController();
    const error = await window.tabtrain
      .createTrainer({
        weights: '/given/w.safetensors',
        signal: controller.signal,
        onProgress: ({ phase, done }) => phase === 'weights' && done > 1e6 && controller.abort(),
      })
      .catch((thrown) => thrown);
    return error.name;
  });
  expect(name).toBe('AbortError');
  await expect.poll(async () => (await useFile(page, ours)).message).toBe('');
  expect((await keptFiles(page)).filter((file) => file.endsWith('.part'))).toEqual([]);
});

test('refuses a wrong file with the first thing wrong', async ({ page }) => {
  const cut = join(FILES, 'cut.h5');
  copyFileSync(keras, cut);
  truncateSync(cut, 1_000_000);
  const nan = await writeKerasFile('nan.h5', (tensor) =>
    tensor.name === 'conv2d_9/kernel'
      ? [{ ...tensor, read: () => tensor.read().fill(Number.NaN, 5, 6) }]
      : [tensor],
  );
  const missing = await writeKerasFile('missing.h5', (tensor) =>
    tensor.name === 'conv2d_17/kernel' ? [] : [tensor],
  );
  const half = join(FILES, 'cut.safetensors');
  copyFileSync(ours, half);
  truncateSync(half, 40_000_000);
  const reasons: Record<string, RegExp> = {
    [cut]: /^cut\.h5 cannot be used\. It is not a whole HDF5 file/,
    [nan]: /^nan\.h5 cannot be used\. .*conv2d_9\/kernel:0 is damaged: its value 5 is NaN\./,
    [missing]: /^missing\.h5 cannot be used\. .*conv2d_17\/kernel is missing/,
    [half]: /cut off: it ends inside conv2d_/,
  };
  for (const [path, reason] of Object.entries(reasons)) {
    const { code, message } = await useFile(page, path);
    expect(message, basename(path)).toMatch(reason);
    expect(code).toBe('invalid-weights');
  }
  expect(await keptFiles(page)).toEqual([]);
});
