// How the page says how good a model is, and what it does not know.
import { expect, test } from '@playwright/test';
import { byLabel, firstOfEach, samplePictures } from './pictures.js';
import { StudioPage } from './studio-page.js';

test('shows how each class did', async ({ page, request }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.addClasses(firstOfEach(await samplePictures(request), 8));
  await studio.trainModel();
  await page.getByText('How each class did').click();
  const scores = page.getByRole('region', { name: 'How each class did' });
  await expect(scores.getByRole('row')).toHaveCount(5);
  await expect(scores.getByRole('row', { name: /^bird \d+ % \d+ % 2$/ })).toBeVisible();
});

test('checks with 5 folds, and offers it again when the photos change', async ({
  page,
  request,
}) => {
  const pictures = firstOfEach(await samplePictures(request), 8);
  const studio = new StudioPage(page);
  await studio.open();
  await studio.addClasses(pictures.slice(1));
  await studio.set('Epochs', '10');
  await studio.trainModel();
  await page.getByRole('button', { name: 'Check with 5 folds' }).click();
  await expect(studio.train).toBeDisabled();
  await expect(page.getByText(/^\d+ % ± \d+ %$/)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('list', { name: 'Each check' }).getByRole('listitem')).toHaveCount(5);
  await expect(studio.train).toBeEnabled();
  await studio.addClass(0, 'bird', pictures.slice(0, 1));
  await expect(page.getByRole('button', { name: 'Check with 5 folds' })).toBeVisible();
});

test('stops a check', async ({ page, request }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.addClasses(firstOfEach(await samplePictures(request), 5));
  await studio.set('Epochs', '5');
  await studio.trainModel();
  await studio.set('Epochs', '10000');
  await page.getByRole('button', { name: 'Check with 5 folds' }).click();
  await page.getByRole('button', { name: 'Stop the check' }).click();
  await expect(page.getByRole('button', { name: 'Check with 5 folds' })).toBeEnabled();
});

test('says of a picture that it is like none of the classes', async ({ page, request }) => {
  const all = byLabel(await samplePictures(request));
  const studio = new StudioPage(page);
  await studio.open();
  await studio.addClasses(['flower', 'bird'].flatMap((label) => all.get(label) ?? []));
  await studio.trainModel();
  const noise = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(299, 299);
    const drawing = canvas.getContext('2d');
    const data = new ImageData(299, 299);
    for (let i = 0; i < data.data.length; i += 1) data.data[i] = i % 4 === 3 ? 255 : (i * i) % 251;
    drawing?.putImageData(data, 0, 0);
    const blob = await canvas.convertToBlob();
    return [...new Uint8Array(await blob.arrayBuffer())];
  });
  const file = { name: 'noise.png', mimeType: 'image/png', buffer: Buffer.from(noise) };
  await studio.tryPictures([file]);
  await expect(studio.results.getByText('Not like any of your classes')).toBeVisible();
});
