// Real photos and real weights: the features are those of real Keras, imported through the tool and
// through the page. Runs where the data is, which is no part of the project: TABTRAIN_DATA, or
// ../shared/data beside the clone.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { ROOT } from '../../../tools/lib/paths.mjs';
import { importWeights } from '../../../tools/weights/import.mjs';
import { photosOf } from '../../golden/photos/photos.mjs';
import { FILES } from '../keras-file.mjs';
import { openBlank } from './blank.js';

interface Golden {
  largest: number;
  norm: number;
  /** Every 8th of the features. */
  every8th: number[];
}

const data = process.env.TABTRAIN_DATA ?? join(ROOT, '../shared/data');
const keras = join(data, 'inception_v3_imagenet_2015_notop.h5');
const goldenFile = join(ROOT, 'tests/golden/photos/imagenet_2015.json');
const tolerance = 1e-4; // of an image's largest feature

test.skip(!existsSync(keras), `${keras} is not there`);

test('features of 20 photos are those of Keras', async ({ page }) => {
  const byTool = join(FILES, 'imagenet.safetensors');
  const description = { name: 'imagenet', source: 'the tool', licence: 'Apache-2.0' };
  await importWeights(keras, byTool, { ...description, featureLayers: ['mixed10'] });
  const photos = photosOf(data);
  const golden: Golden[] = JSON.parse(readFileSync(goldenFile, 'utf8'));
  expect(photos).toHaveLength(golden.length);
  await openBlank(page);
  for (const weights of [keras, byTool]) {
    await page.evaluate(() => {
      const input = Object.assign(document.createElement('input'), { type: 'file' });
      input.multiple = true;
      document.body.replaceChildren(input);
    });
    await page.setInputFiles('input', [weights, ...photos]);
    const features = await page.evaluate(async () => {
      const [weights, ...images] = document.querySelector('input')?.files ?? [];
      const trainer = await window.tabtrain.createTrainer({ weights });
      const features: number[][] = [];
      for (const image of images) features.push(Array.from(await trainer.features(image)));
      trainer.close();
      return features;
    });
    for (const [photo, { largest, norm, every8th }] of golden.entries()) {
      const found = features[photo] ?? [];
      const differences = every8th.map((value, index) => Math.abs(value - (found[8 * index] ?? 0)));
      expect(Math.max(...differences), photos[photo]).toBeLessThan(tolerance * largest);
      expect(Math.abs(Math.hypot(...found) / norm - 1), photos[photo]).toBeLessThan(tolerance);
    }
  }
});
