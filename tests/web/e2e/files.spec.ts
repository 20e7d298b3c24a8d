import { expect, type Locator, test } from '@playwright/test';
import { type Picture, samplePictures } from './pictures.js';
import { StudioPage } from './studio-page.js';

/** Sends an event with files, as a drop or a paste does. */
async function send(target: Locator, type: 'drop' | 'paste', pictures: Picture[]): Promise<void> {
  const files = pictures.map(({ name, buffer }) => ({ name, base64: buffer.toString('base64') }));
  await target.evaluate(
    (element, { type, files }) => {
      const transfer = new DataTransfer();
      for (const { name, base64 } of files) {
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type: 'image/png' }));
      }
      const options = { bubbles: true, composed: true, cancelable: true };
      element.dispatchEvent(
        type === 'drop'
          ? new DragEvent('drop', { ...options, dataTransfer: transfer })
          : new ClipboardEvent('paste', { ...options, clipboardData: transfer }),
      );
    },
    { type, files },
  );
}

test('takes photos that are dropped on a class, or beside the classes', async ({
  page,
  request,
}) => {
  const pictures = (await samplePictures(request)).slice(0, 5);
  const studio = new StudioPage(page);
  await studio.open();
  await send(studio.cards.nth(1), 'drop', pictures.slice(0, 3));
  await expect(studio.cards.nth(1)).toContainText('3 photos');
  await send(page.locator('tt-class-list'), 'drop', pictures.slice(3));
  await expect(page.locator('tt-class-list')).toContainText('2 photos');
  await expect(page.getByText(/Looking at photos/)).toBeHidden();
});

test('takes photos that are pasted', async ({ page, request }) => {
  const pictures = (await samplePictures(request)).slice(0, 2);
  const studio = new StudioPage(page);
  await studio.open();
  await send(studio.cards.nth(1), 'paste', pictures.slice(0, 1));
  await expect(studio.cards.nth(1)).toContainText('1 photo');
  await send(page.locator('body'), 'paste', pictures.slice(1));
  await expect(studio.cards.nth(0)).toContainText('1 photo');
});

test('names a class after the folder that is chosen for it', async ({ page }, info) => {
  const { mkdir, writeFile } = await import('node:fs/promises');
  const folder = info.outputPath('oaks');
  await mkdir(folder, { recursive: true });
  const response = await page.request.get('/samples/index.json');
  const { classes } = await response.json();
  const picture = await page.request.get(`/samples/${classes[0].files[0]}`);
  await writeFile(`${folder}/one.png`, await picture.body());
  await writeFile(`${folder}/.hidden`, 'left out');

  const studio = new StudioPage(page);
  await studio.open();
  await studio.cards.first().locator('input#folder').setInputFiles(folder);
  await expect(page.getByRole('region', { name: 'Class oaks' })).toContainText('1 photo');
  await expect(page.locator('tt-failed-photos')).toHaveCount(0);
});
