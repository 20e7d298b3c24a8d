import { expect, test } from '@playwright/test';
import { firstOfEach, samplePictures } from './pictures.js';
import { StudioPage } from './studio-page.js';

test('stops the work on photos; those that are ready stay', async ({ page, request }) => {
  const pictures = await samplePictures(request);
  const studio = new StudioPage(page);
  await studio.open();
  await studio.addClass(0, 'all', pictures);
  await expect(page.getByText(/Looking at photos: [3-9] of/)).toBeVisible();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByText(/Looking at photos/)).toBeHidden();

  const label = await studio
    .card('all')
    .getByText(/^\d+ photos$/)
    .textContent();
  const kept = Number.parseInt(label ?? '', 10);
  expect(kept).toBeGreaterThanOrEqual(3);
  expect(kept).toBeLessThan(pictures.length);

  await studio.addClass(1, 'more', pictures.slice(-3));
  await studio.waitForPhotos();
  await studio.trainModel();
});

test('stops training; the model so far can be tried', async ({ page, request }) => {
  const pictures = firstOfEach(await samplePictures(request), 5);
  const studio = new StudioPage(page);
  await studio.open();
  await studio.addClasses(pictures);
  await studio.set('Epochs', '10000');
  await studio.train.click();
  await expect(page).toHaveTitle(/^Training [2-9]/);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByText(/^Stopped after \d+ epochs?/).first()).toBeVisible();
  const answers = await studio.tryPictures(pictures.slice(0, 2));
  expect(answers.size).toBe(2);
  await studio.set('Epochs', '3');
  await studio.trainModel();
});
