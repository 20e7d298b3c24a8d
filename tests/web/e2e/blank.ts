// A page of the site without a script of its own, for tests of the module.
import type { Page } from '@playwright/test';

type Module = typeof import('../../../web/lib/tabtrain.js');

/** A document of the site without a script of its own. */
const blank = '/tabtrain.d.ts';

/** Puts the module, and pictures of the sample set by class, where `evaluate` finds them. */
export async function openBlank(page: Page, origin = ''): Promise<void> {
  await page.goto(`${origin}${blank}`);
  await page.evaluate(async () => {
    const address = '/tabtrain.js';
    const index = await (await fetch('/samples/index.json')).json();
    const fetchFile = async (path: string) =>
      new File([await (await fetch(`/samples/${path}`)).blob()], path);
    const classes = index.classes as { label: string; files: string[] }[];
    const pictures = await Promise.all(
      classes.map(async ({ label, files }) => ({
        label,
        files: await Promise.all(files.slice(0, 8).map(fetchFile)),
      })),
    );
    Object.assign(window, { tabtrain: await import(address), pictures });
  });
}

declare global {
  interface Window {
    tabtrain: Module;
    pictures: { label: string; files: File[] }[];
  }
}
