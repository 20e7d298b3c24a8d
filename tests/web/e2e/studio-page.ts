import { expect, type Locator, type Page } from '@playwright/test';
import { byLabel, type Picture } from './pictures.js';

type Upload = { name: string; mimeType: string; buffer: Buffer };

/** The page as a person uses it. */
export class StudioPage {
  readonly cards: Locator;
  readonly train: Locator;
  readonly results: Locator;

  constructor(readonly page: Page) {
    this.cards = page.locator('tt-class-card');
    this.train = page.getByRole('button', { name: /^Train( again)?$/ });
    this.results = page.locator('tt-trial-result');
  }

  /** Opens the page and waits until the network is loaded. */
  async open(url = '/'): Promise<void> {
    await this.page.goto(url);
    await expect(this.page.getByText('ready', { exact: true })).toBeVisible();
  }

  card(label: string): Locator {
    return this.cards.filter({ has: this.page.getByRole('region', { name: `Class ${label}` }) });
  }

  async addClass(index: number, label: string, files: Upload[]): Promise<void> {
    if ((await this.cards.count()) <= index) {
      await this.page.getByRole('button', { name: 'Add a class' }).click();
    }
    const card = this.cards.nth(index);
    await card.getByLabel('Class name').fill(label);
    await card.getByLabel('Class name').press('Enter');
    await card.locator('input#photos').setInputFiles(files);
  }

  /** Adds a class for each label, and waits until the trainer has all photos. */
  async addClasses(pictures: Picture[]): Promise<void> {
    let index = 0;
    for (const [label, files] of byLabel(pictures)) {
      await this.addClass(index, label, files);
      index += 1;
    }
    await this.waitForPhotos();
  }

  async waitForPhotos(): Promise<void> {
    await expect(this.train).toBeEnabled({ timeout: 120_000 });
  }

  async set(name: string, value: string): Promise<void> {
    const field = this.page.getByRole('spinbutton', { name });
    if (!(await field.isVisible())) await this.page.getByText('Settings', { exact: true }).click();
    await field.fill(value);
    await field.blur();
  }

  /** Trains to the end. */
  async trainModel(): Promise<void> {
    await this.train.click();
    await expect(this.page.getByText(/right on photos/)).toBeVisible({ timeout: 120_000 });
  }

  /** Drops nothing, chooses files to try; returns the class that each was taken for, by name. */
  async tryPictures(files: Upload[]): Promise<Map<string, string>> {
    const before = await this.results.count();
    await this.page.locator('tt-trial-panel input#photos').setInputFiles(files);
    await expect(this.results.locator('.best')).toHaveCount(before + files.length);
    const rows = await this.results
      .locator('article')
      .evaluateAll((articles) =>
        articles.map((article): [string, string] => [
          article.getAttribute('aria-label') ?? '',
          article.querySelector('.best span')?.textContent ?? '',
        ]),
      );
    return new Map(rows);
  }
}

/** Share of the pictures that were taken for their own class. */
export function accuracyOf(pictures: Picture[], answers: Map<string, string>): number {
  const right = pictures.filter(({ name, label }) => answers.get(name) === label);
  return right.length / pictures.length;
}
