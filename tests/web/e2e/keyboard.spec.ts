import { expect, test } from '@playwright/test';
import { samplePictures } from './pictures.js';
import { StudioPage } from './studio-page.js';

test('classes are added, named and removed from the keyboard', async ({ page, request }) => {
  const pictures = (await samplePictures(request)).slice(0, 3);
  const studio = new StudioPage(page);
  await studio.open();

  await page.getByRole('button', { name: 'Add a class' }).focus();
  await page.keyboard.press('Enter');
  await expect(studio.cards).toHaveCount(3);
  await page.keyboard.type('Third'); // the focus is in the new class' name, all of it selected
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Class Third' })).toBeVisible();

  await studio.card('Third').locator('input#photos').setInputFiles(pictures);
  await expect(studio.card('Third')).toContainText('3 photos');
  await page.getByRole('button', { name: 'Remove class Third' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toContainText('Remove the class Third with its 3 photos?');
  await page.keyboard.press('Escape');
  await expect(studio.cards).toHaveCount(3);
  await page.keyboard.press('Enter'); // the focus is on the button again
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).press('Enter');
  await expect(studio.cards).toHaveCount(2);
  await expect(studio.cards.nth(1).getByLabel('Class name')).toBeFocused();
});

test('a class cannot take the name of another', async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  const name = studio.cards.nth(1).getByLabel('Class name');
  await name.fill('Class 1');
  await name.press('Enter');
  await expect(studio.cards.nth(1)).toContainText('There is already a class Class 1.');
});

test('photos are walked with the arrow keys and taken out with Delete', async ({
  page,
  request,
}) => {
  const pictures = (await samplePictures(request)).slice(0, 4);
  const studio = new StudioPage(page);
  await studio.open();
  await studio.addClass(0, 'few', pictures);
  await expect(page.getByText(/Looking at photos/)).toBeHidden();
  const photo = (index: number) =>
    studio.card('few').getByRole('button', { name: `Remove ${pictures[index]?.name}` });
  await photo(0).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(photo(2)).toBeFocused();
  await page.keyboard.press('Delete');
  await expect(photo(2)).toHaveCount(0);
  await expect(photo(3)).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.press('Backspace');
  await expect(photo(1)).toBeFocused();
  await expect(studio.card('few')).toContainText('2 photos');
});
