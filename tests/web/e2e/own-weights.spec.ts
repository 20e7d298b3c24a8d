// A weight file of the person's, on the page.
import { copyFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { FILES, writeKerasFile } from '../keras-file.mjs';
import { firstOfEach, samplePictures } from './pictures.js';
import { StudioPage } from './studio-page.js';

let keras: string;
let cut: string;

test.beforeAll(async () => {
  keras = await writeKerasFile('mine.h5');
  cut = join(FILES, 'cut.h5');
  copyFileSync(keras, cut);
  truncateSync(cut, 1_000_000);
});

const status = (page: Page) => page.locator('tt-engine-status summary');
const choose = (page: Page, path: string) =>
  page.locator('tt-weights-picker input').setInputFiles(path);

/** Drops a file of this content on the status. */
async function drop(page: Page, name: string, content: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([name, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], name));
      return transfer;
    },
    [name, content] as const,
  );
  await page.locator('tt-engine-status').dispatchEvent('drop', { dataTransfer: transfer });
}

test('is chosen from the keyboard, remembered, and given up again', async ({ page }) => {
  // Asked for early: Playwright does not wait until the browser knows that it is to pass it on.
  const chooser = page.waitForEvent('filechooser');
  const studio = new StudioPage(page);
  await studio.open();
  await status(page).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Choose weights' })).toBeFocused();
  await page.keyboard.press('Enter');
  await (await chooser).setFiles(keras);
  await expect(page.getByText(/Loading mine\.h5: [\d.]+ MB of \d+ MB/)).toBeVisible();
  await expect(status(page)).toContainText('with the weights mine');
  await expect(page.getByText('kept, and checked at each start')).toBeVisible();
  await expect(page.getByText('mixed10', { exact: true })).toBeVisible();

  await studio.open();
  await expect(status(page)).toContainText('with the weights mine');
  await status(page).click();
  await page.getByRole('button', { name: 'Use the page’s own again' }).click();
  await expect(status(page)).not.toContainText('with the weights mine');
  await expect(page.getByRole('button', { name: 'Use the page’s own again' })).toHaveCount(0);
  await studio.open();
  await expect(status(page)).not.toContainText('with the weights mine');
});

test('is refused when it is wrong, and the weights before stay in use', async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  const before = await status(page).innerText();
  await status(page).click();
  await choose(page, cut);
  const alert = page.locator('tt-weights-picker').getByRole('alert');
  await expect(alert).toContainText('cut.h5 cannot be used. It is not a whole HDF5 file');
  await drop(page, 'notes.txt', 'no weights at all');
  await expect(alert).toContainText('not a safetensors file');
  await expect(alert).toContainText('stay in use');
  expect(await status(page).innerText()).toBe(before);
});

test('can be cancelled while it loads', async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  const before = await status(page).innerText();
  await status(page).click();
  await choose(page, keras);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('button', { name: 'Choose weights' })).toBeVisible();
  await expect(page.locator('tt-weights-picker').getByRole('alert')).toHaveCount(0);
  expect(await status(page).innerText()).toBe(before);
});

test('gets the photos that are there, once the person agrees', async ({ page, request }) => {
  const pictures = firstOfEach(await samplePictures(request), 4).slice(0, 8);
  const studio = new StudioPage(page);
  await studio.open();
  await studio.addClasses(pictures);
  await studio.set('Epochs', '5');
  await studio.trainModel();
  const dialog = page.getByRole('dialog');
  await status(page).click();

  await choose(page, keras);
  await expect(dialog).toContainText('the model has to be trained anew');
  await dialog.getByRole('button', { name: 'Keep' }).click();
  await expect(page.getByText(/right on photos/)).toBeVisible();

  await choose(page, keras);
  await dialog.getByRole('button', { name: 'Use them' }).click();
  await expect(status(page)).toContainText('with the weights mine');
  await expect(page.getByText(/right on photos/)).toHaveCount(0);
  await studio.waitForPhotos();
  await studio.trainModel();
});

test('that is not there any more is told of, and the page starts with its own', async ({
  page,
}) => {
  await page.addInitScript(() => localStorage.setItem('tabtrain.weights', 'a'.repeat(64)));
  await new StudioPage(page).open();
  await expect(page.getByText(/not kept on this device any more/)).toBeVisible();
  await expect(status(page)).toContainText('InceptionV3');
});
