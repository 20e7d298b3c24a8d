// Augmentation through the module.
import { expect, test } from '@playwright/test';
import { openBlank } from './blank.js';

test.beforeEach(({ page }) => openBlank(page));

test('makes views once, tells their price before, and adds more later', async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { tabtrain, pictures } = window;
    const trainer = await tabtrain.createTrainer();
    for (const { label, files } of pictures.slice(0, 2)) await trainer.addImages(label, files);
    const phases = new Set<string>();
    let made = 0;
    const train = async (views: number, rotationRange = 20) => {
      const options = { epochs: 5, fresh: true, augment: { rotationRange, views } };
      const price = await trainer.augmentationCost(options);
      made = 0;
      const history = await trainer.fit({
        ...options,
        onProgress({ phase, done }) {
          phases.add(phase);
          if (phase === 'views') made = done;
        },
      });
      return { price, made, history };
    };
    const first = await train(2);
    const more = await train(3);
    const fewer = await train(1);
    const other = await trainer.augmentationCost({ augment: { rotationRange: 5, views: 3 } });
    return { phases: [...phases], first, more, fewer, other, size: trainer.info().featureSize };
  });
  const { first, more, fewer, other } = result;
  const images = first.history.trainSamples;
  expect(images).toBeGreaterThan(10);
  expect(result.phases).toEqual(['fit', 'views']);
  expect(first.price).toMatchObject({ views: 2 * images, kept: 0, dropped: 0 });
  expect(first.price.seconds).toBeGreaterThan(0);
  expect(first.price.megabytes).toBeCloseTo((2 * images * result.size * 2) / 1e6, 6);
  expect(first.made).toBe(2 * images);
  expect(first.history.loss).toHaveLength(5);
  expect(first.history.failedViews).toEqual([]);
  expect(more.price).toMatchObject({ views: images, kept: 2 * images });
  expect(more.made).toBe(images);
  expect(fewer.made).toBe(0);
  expect(other).toMatchObject({ views: 3 * images, kept: 0, dropped: 3 * images });
});

test('stops while views are made, keeps them, and goes on with the others', async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { tabtrain, pictures } = window;
    const trainer = await tabtrain.createTrainer();
    for (const { label, files } of pictures.slice(0, 2)) await trainer.addImages(label, files);
    const options = { epochs: 4, augment: { horizontalFlip: true, rotationRange: 10, views: 3 } };
    const whole = await trainer.augmentationCost(options);
    const stop = new AbortController();
    const error = await trainer
      .fit({
        ...options,
        signal: stop.signal,
        onProgress: ({ phase, done }) => phase === 'views' && done >= 4 && stop.abort(),
      })
      .catch((reason) => reason.name);
    const rest = await trainer.augmentationCost(options);
    let total: number | null = 0;
    await trainer.fit({
      ...options,
      onProgress(progress) {
        if (progress.phase === 'views') total = progress.total;
      },
    });
    return { error, whole, rest, total };
  });
  expect(result.error).toBe('AbortError');
  expect(result.rest.kept).toBeGreaterThanOrEqual(4);
  expect(result.rest.views).toBe(result.whole.views - result.rest.kept);
  expect(result.total).toBe(result.rest.views);
});

test('previews views, all different, of an image in any form', async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { tabtrain, pictures } = window;
    const trainer = await tabtrain.createTrainer();
    const file = pictures[0]?.files[0] as File;
    const views = await trainer.previewAugmentation(file, 'classic');
    const again = await trainer.previewAugmentation(file, 'classic', { count: 2 });
    const [unchanged] = await trainer.previewAugmentation(file, {}, { count: 1 });
    const [bitmap] = await trainer.previewAugmentation(
      await createImageBitmap(file, { colorSpaceConversion: 'none', premultiplyAlpha: 'none' }),
      { horizontalFlip: false },
      { count: 1 },
    );
    return {
      sizes: views.map(({ width, height }) => `${width}x${height}`),
      different: new Set(views.map(({ data }) => data.join())).size,
      same: again.map(({ data }, index) => data.join() === views[index]?.data.join()),
      asBitmap: unchanged?.data.join() === bitmap?.data.join(),
      error: await trainer
        .previewAugmentation(file, { rotationRange: 500 })
        .catch(({ code, message }) => `${code}: ${message}`),
    };
  });
  expect(result.sizes).toEqual(Array(9).fill('299x299'));
  expect(result.different).toBe(9);
  expect(result.same).toEqual([true, true]);
  expect(result.asBitmap).toBe(true);
  expect(result.error).toBe(
    'invalid-argument: rotationRange must be a number from 0 to 180, not 500.',
  );
});
