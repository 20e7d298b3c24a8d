// float32 and int8, by choice and by default.
import { expect, test } from '@playwright/test';
import { openBlank } from './blank.js';

test('int8 comes close to float32, from a file of a quarter of the size', async ({ page }) => {
  await openBlank(page);
  const weightFiles: string[] = [];
  page.on('request', (request) => {
    const name = request.url().split('/weights/')[1];
    if (name?.endsWith('.safetensors')) weightFiles.push(name);
  });
  const result = await page.evaluate(async () => {
    const { tabtrain, pictures } = window;
    const photo = pictures[0]?.files[0] as File;
    const featuresIn = async (precision: 'auto' | 'float32' | 'int8') => {
      const trainer = await tabtrain.createTrainer({ precision });
      const features = [...(await trainer.features(photo))];
      const info = trainer.info();
      trainer.close();
      return { features, precision: info.precision };
    };
    return {
      float32: await featuresIn('float32'),
      int8: await featuresIn('int8'),
      auto: await featuresIn('auto'),
    };
  });

  expect(result.float32.precision).toBe('float32');
  expect(result.int8.precision).toBe('int8');
  expect(weightFiles.slice(0, 2)).toEqual(['default.safetensors', 'default-int8.safetensors']);
  expect(cosine(result.int8.features, result.float32.features)).toBeGreaterThan(0.99);
  expect(result.int8.features).not.toEqual(result.float32.features);
  // Which of the two is the processor's choice; whichever it is, it is really that.
  expect(result.auto.features).toEqual(
    result.auto.precision === 'int8' ? result.int8.features : result.float32.features,
  );
});

function cosine(a: number[], b: number[]): number {
  const dot = (x: number[], y: number[]) => x.reduce((sum, v, i) => sum + v * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
