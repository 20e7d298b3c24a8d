// Changed copies of photos on the page.
import { expect, test } from '@playwright/test';
import { firstOfEach, samplePictures } from './pictures.js';
import { StudioPage } from './studio-page.js';

test('shows examples and the price, trains with and without, and tells the gain', async ({
  page,
  request,
}) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.addClasses(firstOfEach(await samplePictures(request), 5));
  await studio.set('Epochs', '10');
  const section = page.getByRole('group', { name: 'Make more of my photos' });
  await expect(section.getByRole('slider')).toHaveCount(0);

  await section.getByRole('checkbox', { name: 'Add changed copies' }).check();
  await expect(section.getByRole('img', { name: /^Example \d of / })).toHaveCount(9);
  // Four classes of five, of which one each is held back.
  await expect(section.getByRole('status')).toHaveText(/^Makes 64 copies once: about \d+ .* MB\.$/);
  const copies = section.getByRole('slider', { name: 'Copies of each photo' });
  await copies.fill('2');
  await expect(copies).toHaveAttribute('aria-valuetext', '2');
  await expect(section.getByRole('status')).toContainText('Makes 32 copies');

  await studio.train.click();
  await expect(page.getByRole('progressbar', { name: 'Changed copies made' })).toBeVisible();
  await expect(page.getByText(/right on photos it had not seen/)).toBeVisible();
  await expect(section.getByRole('status')).toContainText('All copies are there');
  await expect(page.getByText(/Of the photos held back/)).toHaveCount(0);

  await section.getByRole('checkbox', { name: 'Add changed copies' }).uncheck();
  await studio.trainModel();
  await expect(
    page.getByText(/Of the photos held back: \d of 4 right with copies, \d without\./),
  ).toBeVisible();
});

test('is set with the keyboard, and shows other examples', async ({ page, request }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.addClasses(firstOfEach(await samplePictures(request), 2));
  await page.getByText('Settings', { exact: true }).click();
  await page.getByRole('checkbox', { name: 'Add changed copies' }).focus();
  await page.keyboard.press('Space');
  const examples = page.getByRole('img', { name: /^Example 1 of / });
  await expect(examples).toBeVisible();
  const first = {
    name: await examples.getAttribute('alt'),
    url: await examples.getAttribute('src'),
  };
  await page.getByRole('slider', { name: 'Turn' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('slider', { name: 'Turn' })).toHaveAttribute(
    'aria-valuetext',
    'up to 21°',
  );
  await expect(examples).not.toHaveAttribute('src', first.url ?? '');
  await page.getByRole('button', { name: 'Another photo' }).press('Enter');
  await expect(examples).not.toHaveAttribute('alt', first.name ?? '');
});

test('stops while copies are made, and goes on with those', async ({ page, request }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.addClasses(firstOfEach(await samplePictures(request), 4));
  await page.getByText('Settings', { exact: true }).click();
  await page.getByRole('checkbox', { name: 'Add changed copies' }).check();
  await studio.train.click();
  const made = page.getByText(/^Copies: [1-9]\d* of 48$/);
  await expect(made).toBeVisible();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByText(/Stopped after .* The model so far is in use/).first()).toBeVisible();
  const section = page.getByRole('group', { name: 'Make more of my photos' });
  await expect(section.getByRole('status')).toHaveText(/are there already\.$/);
});
