// Features that are not pooled: too many for memory, so they are kept on the disk.
import { expect, type Page, test } from '@playwright/test';
import { openBlank } from './blank.js';

test.beforeEach(({ page }) => openBlank(page));

const bytesOfRow = 131072 * 2;

/** Sizes of the files in the folder of the features. */
function featureFiles(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('tabtrain-features', { create: true });
    const sizes: number[] = [];
    for await (const handle of folder.values()) {
      sizes.push((await (handle as FileSystemFileHandle).getFile()).size);
    }
    return sizes;
  });
}

test('trains from the disk, and says what that takes', async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { tabtrain, pictures } = window;
    const trainer = await tabtrain.createTrainer({ pooling: 'none' });
    const planned = await trainer.memoryCost({}, { images: 200, classes: 2 });
    const used: number[] = [];
    const notices: unknown[] = [];
    for (const { label, files } of pictures.slice(0, 2)) {
      notices.push((await trainer.addImages(label, files)).notice);
      used.push((await trainer.memory()).used);
    }
    const cost = await trainer.memoryCost();
    const history = await trainer.fit({ epochs: 3 });
    const { accuracy } = await trainer.evaluate(
      pictures.slice(0, 2).flatMap(({ label, files }) => files.map((image) => ({ label, image }))),
    );
    const image = pictures[0]?.files[0] as File;
    const features = await trainer.features(image);
    const left = (await trainer.memoryCost()).available;
    Object.assign(window, { trainer });
    return {
      ...{ info: trainer.info(), planned, cost, used, notices, history, accuracy, left },
      size: features.length,
      predicted: (await trainer.predict(image)).map(({ label }) => label).sort(),
      labels: pictures
        .slice(0, 2)
        .map(({ label }) => label)
        .sort(),
      tooLarge: await trainer.fit({ head: 'pooled' }).catch(({ code, message }) => [code, message]),
    };
  });
  expect(result.info).toMatchObject({ pooling: 'none', threads: 1, featureSize: 131072 });
  expect(result.size).toBe(131072);
  expect(result.planned).toMatchObject({
    features: 200 * bytesOfRow,
    disk: 200 * bytesOfRow,
    // Weights, two moments of Adam and a copy of 131072 x 128 + 128 + 128 x 2 + 2 values.
    head: 4 * 4 * (131072 * 128 + 128 + 128 * 2 + 2),
    refusal: null,
    notice: null,
  });
  expect(result.planned.diskAvailable).toBeGreaterThan(200 * bytesOfRow);
  expect(result.cost.disk).toBe(16 * bytesOfRow);
  expect(result.notices).toEqual([null, null]);
  const [ofOne = 0, ofTwo = 0] = result.used;
  expect(ofTwo - ofOne).toBeLessThan(bytesOfRow); // for 8 images
  expect(await featureFiles(page)).toEqual([16 * bytesOfRow]);
  expect(result.history.loss).toHaveLength(3);
  expect(result.accuracy).toBeGreaterThan(0.7);
  expect(result.predicted).toEqual(result.labels);
  const taken = result.cost.available - result.left;
  expect(taken).toBeLessThan(result.cost.head + result.cost.batches);
  expect(taken).toBeGreaterThan(0.6 * result.cost.head);
  expect(result.tooLarge).toEqual([
    'out-of-memory',
    expect.stringMatching(/^This training takes 21\d\d MB of memory, and \d+ MB are left: take/),
  ]);
  await page.evaluate(() =>
    (window as unknown as { trainer: Disposable }).trainer[Symbol.dispose](),
  );
  await expect.poll(() => featureFiles(page)).toEqual([]);
});

test('learns the same from the disk as from memory', async ({ page }) => {
  const learn = () =>
    page.evaluate(async () => {
      const { tabtrain, pictures } = window;
      const trainer = await tabtrain.createTrainer({ pooling: 'none' });
      for (const { label, files } of pictures) {
        await trainer.addImages(label, files.slice(0, 4));
      }
      const { disk, notice } = await trainer.memoryCost();
      const { loss } = await trainer.fit({
        head: { units: [8] },
        epochs: 3,
        augment: { views: 1 },
      });
      const predictions = await trainer.predict(pictures[1]?.files[5] as File);
      trainer.close();
      return { disk, notice, learned: { loss, predictions } };
    });
  const fromDisk = await learn();
  // A file where the folder should be: then there is no folder to be had.
  await expect.poll(() => featureFiles(page)).toEqual([]);
  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    await root.removeEntry('tabtrain-features');
    await root.getFileHandle('tabtrain-features', { create: true });
  });
  const fromMemory = await learn();
  expect(fromDisk.disk).toBeGreaterThan(0);
  expect(fromDisk.notice).toBeNull();
  expect(fromMemory.disk).toBe(0);
  expect(fromMemory.notice).toMatch(/^The features are kept in memory, because the browser/);
  expect(fromMemory.learned).toEqual(fromDisk.learned);
});

test('goes on in memory when the disk is full', async ({ page, context }) => {
  const session = await context.newCDPSession(page);
  const used = await page.evaluate(async () => {
    // The weights are on the device before the space gets short.
    const trainer = await window.tabtrain.createTrainer({ pooling: 'none' });
    trainer.close();
    return (await navigator.storage.estimate()).usage ?? 0;
  });
  await session.send('Storage.overrideQuotaForOrigin', {
    origin: new URL(page.url()).origin,
    quotaSize: used + 3 * bytesOfRow,
  });
  const result = await page.evaluate(async () => {
    const { tabtrain, pictures } = window;
    const trainer = await tabtrain.createTrainer({ pooling: 'none' });
    const notices: (string | null)[] = [];
    for (const { label, files } of pictures.slice(0, 2)) {
      notices.push((await trainer.addImages(label, files.slice(0, 4))).notice);
    }
    const refused = await trainer.memoryCost({}, { images: 1_000_000, classes: 2 });
    await trainer.fit({ head: 'regression', epochs: 5 });
    const best = (await trainer.predict(pictures[1]?.files[0] as File))[0]?.label;
    const classes = await trainer.classes();
    trainer.close();
    return { notices, refused, best, wanted: pictures[1]?.label, classes };
  });
  expect(result.notices[1]).toMatch(
    /^Further features are kept in memory, because the disk does not take them \(no space is left/,
  );
  expect(result.refused.refusal).toMatch(
    /^The features take 262144 MB, of which the disk has room/,
  );
  expect(result.classes.map(({ count }) => count)).toEqual([4, 4]);
  expect(result.best).toBe(result.wanted);
});

test('removes what a tab that was closed has left, and nothing of one that lives', async ({
  page,
  context,
}) => {
  const start = (tab: Page) =>
    tab.evaluate(async () => {
      const { tabtrain, pictures } = window;
      const trainer = await tabtrain.createTrainer({ pooling: 'none' });
      for (const { label, files } of pictures.slice(0, 2)) {
        await trainer.addImages(label, files.slice(0, 2));
      }
      Object.assign(window, { trainer });
    });
  const left = await context.newPage();
  await openBlank(left);
  await start(page);
  await start(left);
  expect(await featureFiles(page)).toEqual([4 * bytesOfRow, 4 * bytesOfRow]);
  await left.close();
  // The browser takes a moment to let go of the file.
  await expect
    .poll(async () => {
      await page.evaluate(async () => (await window.tabtrain.createTrainer()).close());
      return featureFiles(page);
    })
    .toEqual([4 * bytesOfRow]);
  const loss = await page.evaluate(async () => {
    const { trainer } = window as unknown as {
      trainer: import('../../../web/lib/types.js').Trainer;
    };
    return (await trainer.fit({ head: 'regression', epochs: 2 })).loss;
  });
  expect(loss).toHaveLength(2);
});

test('refuses a head that does not fit where the memory cannot grow', async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { tabtrain, pictures } = window;
    const trainer = await tabtrain.createTrainer({ pooling: 'none', variant: 'relaxed-threads' });
    for (const { label, files } of pictures) {
      await trainer.addImages(label, files.slice(0, 2));
    }
    const refused = await trainer.fit().catch(({ code, message }) => [code, message]);
    const { loss } = await trainer.fit({ head: 'regression', epochs: 2 });
    return { refused, loss };
  });
  expect(result.refused).toEqual([
    'out-of-memory',
    expect.stringMatching(/takes 2\d\d MB of memory/),
  ]);
  expect(result.loss).toHaveLength(2);
});
