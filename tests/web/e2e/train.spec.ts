import { expect, test } from '@playwright/test';
import { isolated, notIsolated } from '../servers.js';
import { firstOfEach, samplePictures } from './pictures.js';
import { accuracyOf, StudioPage } from './studio-page.js';

const isHeldOut = (_: unknown, index: number) => index % 3 === 2;
const isTaught = (_: unknown, index: number) => index % 3 !== 2;

test('trains on two thirds of the sample set and is right on the rest, offline', async ({
  page,
  context,
  request,
}) => {
  const pictures = await samplePictures(request);
  const requests: { url: string; body: string | null }[] = [];
  context.on('request', (sent) => requests.push({ url: sent.url(), body: sent.postData() }));
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });

  const studio = new StudioPage(page);
  await studio.open();
  await context.setOffline(true);
  await studio.addClasses(pictures.filter(isTaught));
  await studio.trainModel();
  const heldOut = pictures.filter(isHeldOut);
  const answers = await studio.tryPictures(heldOut);

  expect(new Set(answers.values()).size).toBeGreaterThan(1);
  expect(accuracyOf(heldOut, answers)).toBeGreaterThanOrEqual(0.6);
  await expect(page).toHaveTitle(/^Trained/);
  expect(problems).toEqual([]);

  const addresses = requests.map(({ url }) => url).filter((url) => !url.startsWith('blob:'));
  // The worker's own requests are among those seen.
  expect(addresses.join(' ')).toMatch(/\/weights\/default(-int8)?\.safetensors/);
  expect(addresses.filter((url) => new URL(url).origin !== isolated)).toEqual([]);
  expect(requests.filter(({ body }) => body !== null)).toEqual([]);
});

test('trains on one thread where the page is not isolated, and says why', async ({
  page,
  request,
}) => {
  const pictures = firstOfEach(await samplePictures(request), 6);
  const studio = new StudioPage(page);
  await studio.open(notIsolated);
  await expect(page.getByText('1 thread', { exact: true })).toBeVisible();
  await expect(page.getByText(/Runs on one thread, because this page is not/)).toBeVisible();
  await studio.addClasses(pictures);
  await studio.trainModel();
  const answers = await studio.tryPictures(pictures.slice(0, 4));
  expect(answers.size).toBe(4);
});

test('loads the sample set by its button', async ({ page, request }) => {
  const count = (await samplePictures(request)).length;
  const studio = new StudioPage(page);
  await studio.open();
  await page.getByRole('button', { name: 'Load a sample set' }).click();
  await expect(page.getByText(new RegExp(`Looking at photos: \\d+ of ${count}`))).toBeVisible();
  await expect(page).toHaveTitle(/^Photos \d+ of/);
  await studio.waitForPhotos();
  await expect(studio.cards).toHaveCount(4);
  await expect(page.getByRole('button', { name: 'Load a sample set' })).toBeHidden();
});

test('shows the curves while it trains, and as a table', async ({ page, request }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.addClasses(firstOfEach(await samplePictures(request), 5));
  await studio.set('Epochs', '12');
  await studio.trainModel();
  await expect(page.getByRole('img', { name: /^Accuracy over epochs/ })).toBeVisible();
  await expect(page.getByRole('img', { name: /^Loss over epochs/ })).toBeVisible();
  await page.getByText('The curves as a table').click();
  await expect(page.locator('tt-training-curves tbody tr')).toHaveCount(12);
});
