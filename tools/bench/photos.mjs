import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { UserError } from '../lib/fail.mjs';
import { SAMPLES } from '../setup/samples.mjs';
import { SITE } from './site.mjs';

export const COUNT = 100;
const FOLDER = join(SITE, 'photos');

/**
 * Puts the photos where the pages find them.
 * @param {string | undefined} folder of JPEG files, at any depth; without it the sample pictures
 * @param {import('@playwright/test').Page} page re-encodes the samples
 * @returns {Promise<string>} what they are, in words
 */
export async function preparePhotos(folder, page) {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const photos = folder ? readPhotos(folder) : await encodeSamples(page);
  const names = photos.map((_, i) => `${String(i).padStart(3, '0')}.jpg`);
  for (const [i, bytes] of photos.entries()) writeFileSync(join(FOLDER, String(names[i])), bytes);
  writeFileSync(join(FOLDER, 'index.json'), JSON.stringify(names));
  const kilobytes = photos.reduce((sum, { length }) => sum + length, 0) / photos.length / 1000;
  const origin = folder ? `of ${basename(folder)}` : 'made from the sample pictures';
  return `${COUNT} JPEG photos ${origin}, ${kilobytes.toFixed(0)} kB each on average`;
}

/** @param {string} folder @returns {Buffer[]} */
function readPhotos(folder) {
  if (!existsSync(folder)) throw new UserError(`There is no folder ${folder}.`);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^\.jpe?g$/i.test(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (files.length < COUNT) {
    throw new UserError(`${folder} has ${files.length} JPEG files; ${COUNT} are needed.`);
  }
  return files.slice(0, COUNT).map((file) => readFileSync(file));
}

/** The samples as a camera would have them: JPEG, without transparency, of a usual size.
 * @param {import('@playwright/test').Page} page */
async function encodeSamples(page) {
  const { classes } = JSON.parse(readFileSync(join(SAMPLES, 'index.json'), 'utf8'));
  const files = classes.flatMap((/** @type {{ files: string[] }} */ { files }) => files);
  const urls = files
    .slice(0, COUNT)
    .map((/** @type {string} */ file) => `/tabtrain/samples/${file}`);
  if (urls.length < COUNT) throw new UserError(`There are only ${urls.length} sample pictures.`);
  const photos = [];
  for (const url of urls) photos.push(Buffer.from(await page.evaluate(encodeJpeg, url), 'base64'));
  return photos;
}

/** Runs in the page. @param {string} url @returns {Promise<string>} base64 */
async function encodeJpeg(url) {
  const [width, height] = [500, 375];
  const bitmap = await createImageBitmap(await (await fetch(url)).blob());
  const canvas = new OffscreenCanvas(width, height);
  const drawing = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
  drawing.fillStyle = 'white';
  drawing.fillRect(0, 0, width, height);
  const scale = Math.min(width / bitmap.width, height / bitmap.height);
  const [drawnWidth, drawnHeight] = [bitmap.width * scale, bitmap.height * scale];
  const [left, top] = [(width - drawnWidth) / 2, (height - drawnHeight) / 2];
  drawing.drawImage(bitmap, left, top, drawnWidth, drawnHeight);
  const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
  const bytes = new Uint8Array(await jpeg.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
