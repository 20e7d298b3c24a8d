import { expect, test } from '@playwright/test';
import { brokenJpeg, emptyFile, firstOfEach, samplePictures, textFile } from './pictures.js';
import { StudioPage } from './studio-page.js';

test('names the files that are broken, and goes on with the others', async ({ page, request }) => {
  const good = firstOfEach(await samplePictures(request), 4);
  const studio = new StudioPage(page);
  await studio.open();
  const mixed = [brokenJpeg, ...good.slice(0, 2), textFile, ...good.slice(2, 4), emptyFile];
  await studio.addClass(0, 'mixed', mixed);
  await studio.addClass(1, 'other', good.slice(4, 8));
  await studio.waitForPhotos();

  const report = studio.card('mixed').locator('tt-failed-photos');
  await expect(report).toContainText('3 files could not be used');
  for (const { name } of [brokenJpeg, textFile, emptyFile])
    await expect(report).toContainText(name);
  await expect(studio.card('mixed')).toContainText('4 photos');
  await expect(studio.card('other').locator('tt-failed-photos')).toHaveCount(0);
  await studio.trainModel();

  await report.getByRole('button', { name: 'Dismiss' }).click();
  await expect(report).toHaveCount(0);
});

test('keeps the photos when the weights cannot be loaded, and starts again', async ({
  page,
  request,
}) => {
  const pictures = firstOfEach(await samplePictures(request), 3);
  let isMissing = true;
  await page.route('**/weights/default*.safetensors', (route) =>
    isMissing ? route.fulfill({ status: 404, body: 'gone' }) : route.continue(),
  );
  const studio = new StudioPage(page);
  await page.goto('/');
  await expect(page.getByText(/answered 404/).first()).toBeVisible();
  await studio.addClass(0, 'first', pictures.slice(0, 3));
  await studio.addClass(1, 'second', pictures.slice(3, 6));
  isMissing = false;
  await page.getByRole('button', { name: 'Start again' }).click();
  await studio.waitForPhotos();
  await expect(studio.card('first')).toContainText('3 photos');
  await studio.trainModel();
});

test('shows hostile names as text', async ({ page, request }) => {
  const name = '<img src=x onerror="document.title=1">.png';
  const [picture] = await samplePictures(request);
  if (!picture) throw new Error('The sample set is empty.');
  const studio = new StudioPage(page);
  await studio.open();
  await studio.addClass(0, name.slice(0, -4), [
    { ...picture, name },
    { ...brokenJpeg, name },
  ]);
  await expect(studio.cards.first().locator('tt-failed-photos')).toContainText(name);
  await expect(studio.cards.first().locator('tt-failed-photos img')).toHaveCount(0);
});
