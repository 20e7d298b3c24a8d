import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { brokenJpeg, firstOfEach, samplePictures } from './pictures.js';
import { StudioPage } from './studio-page.js';

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
  expect(found).toEqual([]);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme} colours`, () => {
    test.use({ colorScheme });

    test('the page is accessible, empty and trained', async ({ page, request }) => {
      const pictures = firstOfEach(await samplePictures(request), 4);
      const studio = new StudioPage(page);
      await studio.open();
      await expectAccessible(page);

      await studio.addClasses(pictures);
      await studio.cards.first().locator('input#photos').setInputFiles([brokenJpeg]);
      await expect(page.locator('tt-failed-photos')).toBeVisible();
      await studio.waitForPhotos();
      await studio.set('Epochs', '5');
      await studio.trainModel();
      await studio.tryPictures(pictures.slice(0, 2));
      await page.getByLabel('Add changed copies').check();
      await expect(page.getByRole('img', { name: /^Example/ })).toHaveCount(9);
      await page.locator('details').evaluateAll((all) => {
        for (const details of all) (details as HTMLDetailsElement).open = true;
      });
      await expectAccessible(page);
    });
  });
}

for (const width of [360, 1280]) {
  test(`nothing is wider than a window of ${width} pixels`, async ({ page, request }) => {
    await page.setViewportSize({ width, height: 800 });
    const studio = new StudioPage(page);
    await studio.open();
    await studio.addClasses(firstOfEach(await samplePictures(request), 3));
    await studio.set('Epochs', '3');
    await studio.trainModel();
    const content = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(content).toBeLessThanOrEqual(width);
  });
}
