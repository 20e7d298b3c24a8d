// int8 for weights of a person's own, which carry no ranges of activations.
import { expect, type Page, test } from '@playwright/test';
import { writeKerasFile } from '../keras-file.mjs';
import { openBlank } from './blank.js';
import { firstOfEach, samplePictures } from './pictures.js';
import { StudioPage } from './studio-page.js';

let keras: string;

test.beforeAll(async () => {
  keras = await writeKerasFile('mine.h5');
});

/** Puts the Keras file where `evaluate` finds it. */
async function giveKeras(page: Page): Promise<void> {
  await page.evaluate(() => {
    const input = document.createElement('input');
    input.type = 'file';
    document.body.replaceChildren(input);
  });
  await page.setInputFiles('input', keras);
}

test('is tuned to the first images, and there at once the next time', async ({ page }) => {
  await openBlank(page);
  await giveKeras(page);
  const first = await page.evaluate(async () => {
    const { tabtrain, pictures } = window;
    const weights = document.querySelector('input')?.files?.[0];
    const phases: string[] = [];
    const onProgress = ({ phase }: { phase: string }) => {
      if (phases.at(-1) !== phase) phases.push(phase);
    };
    const float32 = await tabtrain.createTrainer({ weights, precision: 'float32' });
    const photo = pictures[0]?.files[0] as File;
    const exact = [...(await float32.features(photo))];
    float32.close();

    const trainer = await tabtrain.createTrainer({ weights });
    const before = trainer.info();
    for (const { label, files } of pictures.slice(0, 2)) {
      await trainer.addImages(label, files, { onProgress });
    }
    const added = trainer.info();
    await trainer.fit({ head: 'regression', epochs: 5, onProgress });
    const features = [...(await trainer.features(photo))];
    const [best] = await trainer.predict(photo);
    trainer.close();
    return { before, added, phases, exact, features, best };
  });
  expect(first.before).toMatchObject({ precision: 'float32' });
  expect(first.before.precisionReason).toMatch(/tuned to the first photos/);
  expect(first.added).toMatchObject({ precision: 'int8', precisionReason: null });
  expect(first.phases).toEqual(['features', 'tuning', 'features', 'fit']);
  expect(first.features).not.toEqual(first.exact);
  expect(cosine(first.features, first.exact)).toBeGreaterThan(0.99);
  expect(first.best?.label).toBe(await page.evaluate(() => window.pictures[0]?.label));

  const kept = first.before.weights.kept as string;
  await openBlank(page);
  const second = await page.evaluate(async (kept) => {
    const trainer = await window.tabtrain.createTrainer({ weights: { kept } });
    const info = trainer.info();
    const features = [...(await trainer.features(window.pictures[0]?.files[0] as File))];
    trainer.close();
    return { info, features };
  }, kept);
  expect(second.info).toMatchObject({ precision: 'int8', precisionReason: null });
  expect(second.features).toEqual(first.features);
});

test('takes eight images when the training begins, and goes on in float32 with fewer', async ({
  page,
}) => {
  await openBlank(page);
  await giveKeras(page);
  const [few, eight] = await page.evaluate(async () => {
    const weights = document.querySelector('input')?.files?.[0];
    const train = async (images: number) => {
      const trainer = await window.tabtrain.createTrainer({ weights });
      for (const { label, files } of window.pictures.slice(0, 2)) {
        await trainer.addImages(label, files.slice(0, images));
      }
      const before = trainer.info().precision;
      await trainer.fit({ head: 'regression', epochs: 2, validationSplit: 0 });
      const { precision, precisionReason } = trainer.info();
      trainer.close();
      return { before, precision, precisionReason };
    };
    return [await train(3), await train(4)];
  });
  expect(few).toMatchObject({ before: 'float32', precision: 'float32' });
  expect(few?.precisionReason).toMatch(/too few photos/);
  expect(eight).toEqual({ before: 'float32', precision: 'int8', precisionReason: null });
});

test('leaves all in float32 where no copy of the weights is kept', async ({ page }) => {
  await openBlank(page);
  const session = await page.context().newCDPSession(page);
  const origin = new URL(page.url()).origin;
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 5 * 1024 * 1024 });
  await giveKeras(page);
  const info = await page.evaluate(async () => {
    const weights = document.querySelector('input')?.files?.[0];
    const trainer = await window.tabtrain.createTrainer({ weights, precision: 'int8' });
    for (const { label, files } of window.pictures.slice(0, 2)) {
      await trainer.addImages(label, files.slice(0, 2));
    }
    await trainer.fit({ head: 'regression', epochs: 2, validationSplit: 0 });
    const info = trainer.info();
    trainer.close();
    return info;
  });
  expect(info.precision).toBe('float32');
  expect(info.precisionReason).toMatch(/a copy of the weights on this device/);
});

test('shows on the page that it is tuned, and what runs then', async ({ page, request }) => {
  const pictures = firstOfEach(await samplePictures(request), 9).slice(0, 18);
  const studio = new StudioPage(page);
  const status = page.locator('tt-engine-status summary');
  const tuned = page.getByText('Tuning int8 to your photos');
  await studio.open();
  await status.click();
  await page.locator('tt-weights-picker input').setInputFiles(keras);
  await expect(status).toContainText('with the weights mine');
  await expect(status).toContainText('float32');
  await expect(page.getByText(/int8 is tuned to the first photos/)).toBeVisible();
  await Promise.all([expect(tuned).toBeVisible(), studio.addClasses(pictures)]);
  await expect(tuned).toHaveCount(0);
  await expect(status).toContainText('int8');
  await studio.set('Epochs', '5');
  await studio.trainModel();

  await studio.open();
  await expect(status).toContainText('with the weights mine');
  await expect(status).toContainText('int8');
});

function cosine(a: number[], b: number[]): number {
  const dot = (x: number[], y: number[]) => x.reduce((sum, v, i) => sum + v * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
