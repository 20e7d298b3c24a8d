// The module as another page uses it.
import { expect, test } from '@playwright/test';
import { notIsolated } from '../servers.js';
import { openBlank } from './blank.js';

test.beforeEach(({ page }) => openBlank(page));

test('trains, evaluates and predicts', async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { tabtrain, pictures } = window;
    const phases = new Set<string>();
    const trainer = await tabtrain.createTrainer({ onProgress: ({ phase }) => phases.add(phase) });
    const taught = pictures.map(({ label, files }) => ({ label, files: files.slice(0, 6) }));
    const added = [];
    for (const { label, files } of taught) added.push(await trainer.addImages(label, files));
    const epochs: number[] = [];
    const history = await trainer.fit({ epochs: 20, onEpoch: ({ epoch }) => epochs.push(epoch) });
    const unseen = pictures.flatMap(({ label, files }) =>
      files.slice(6).map((image) => ({ label, image })),
    );
    const evaluation = await trainer.evaluate(unseen);
    const predictions = await trainer.predict(taught[0]?.files[0] as File);
    return {
      info: trainer.info(),
      classes: await trainer.classes(),
      heldOut: await trainer.evaluate(),
      ...{ phases: [...phases], added, history, epochs, evaluation, predictions },
    };
  });

  expect(result.info).toMatchObject({ reason: null });
  expect(result.info.weights.name).not.toBe('');
  expect(result.phases).toEqual(['engine', 'weights']);
  expect(result.added.map(({ added }) => added)).toEqual([6, 6, 6, 6]);
  expect(result.classes.map(({ count }) => count)).toEqual([6, 6, 6, 6]);
  expect(result.epochs).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  expect(result.history.loss).toHaveLength(20);
  expect(result.history.valLoss).toHaveLength(20);
  expect(result.history.loss.at(-1)).toBeLessThan(result.history.loss[0] ?? 0);
  expect(result.history.trainSamples + result.history.validationSamples).toBe(24);
  expect(result.evaluation.confusion.flat().reduce((sum, count) => sum + count)).toBe(8);
  expect(result.heldOut.confusion.flat().reduce((sum, count) => sum + count)).toBe(
    result.history.validationSamples,
  );
  const probabilities = result.predictions.map(({ probability }) => probability);
  expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
  expect(probabilities.reduce((sum, share) => sum + share)).toBeCloseTo(1, 4);
});

test('scores, cross-validates, and knows a picture that is like no class', async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { tabtrain, pictures } = window;
    const trainer = await tabtrain.createTrainer();
    for (const { label, files } of pictures) await trainer.addImages(label, files);
    const names = new Set<string>();
    const check = await trainer.crossValidate({
      ...{ folds: 4, head: 'regression', epochs: 10 },
      onProgress: ({ name }) => names.add(name),
    });
    const untrained = await trainer.evaluate().catch(({ code }) => code);
    await trainer.fit({ epochs: 20 });
    const predictions = await trainer.predict(pictures[0]?.files[0] as File);
    const noise = new ImageData(299, 299);
    noise.data.forEach((_, i) => {
      noise.data[i] = i % 4 === 3 ? 255 : (i * i) % 251;
    });
    const aborting = new AbortController();
    const cancelled = await trainer
      .crossValidate({ signal: aborting.signal, onProgress: () => aborting.abort() })
      .catch(({ name }) => name);
    return {
      ...{ check, names: [...names], untrained, predictions, cancelled },
      evaluation: await trainer.evaluate(),
      known: tabtrain.isUnknown(predictions),
      unknown: tabtrain.isUnknown(await trainer.predict(noise)),
    };
  });

  expect(result.check.folds.map(({ images }) => images)).toEqual([8, 8, 8, 8]);
  const mean = result.check.folds.reduce((sum, { accuracy }) => sum + accuracy / 4, 0);
  expect(result.check.accuracy).toBeCloseTo(mean, 10);
  expect(result.check.accuracy).toBeGreaterThan(0.4);
  expect(result.names).toContain('fold 4 of 4');
  expect(result.untrained).toBe('invalid-state');
  expect(result.cancelled).toBe('AbortError');
  const { evaluation, predictions } = result;
  expect(evaluation.topKAccuracy).toHaveLength(4);
  expect(evaluation.topKAccuracy[0]).toBe(evaluation.accuracy);
  expect(evaluation.topKAccuracy[3]).toBe(1);
  expect(evaluation.expectedCalibrationError).toBeLessThan(1);
  expect(evaluation.temperature).not.toBe(1);
  expect(evaluation.perClass.map(({ support }) => support)).toEqual([2, 2, 2, 2]);
  for (const { distance } of predictions) expect(distance).toBeGreaterThan(0);
  expect([result.known, result.unknown]).toEqual([false, true]);
});

test('pools by the maximum', async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { tabtrain, pictures } = window;
    const image = pictures[0]?.files[0] as File;
    const features = async (pooling: 'avg' | 'max') => {
      const trainer = await tabtrain.createTrainer({ pooling });
      return trainer.features(image);
    };
    const [average, largest] = [await features('avg'), await features('max')];
    return {
      sizes: [average.length, largest.length],
      above: largest.every((x, i) => x >= (average[i] ?? 0)),
    };
  });
  expect(result.sizes[0]).toBe(result.sizes[1]);
  expect(result.above).toBe(true);
});

test('keeps the model from before when a new one fails', async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { tabtrain, pictures } = window;
    const trainer = await tabtrain.createTrainer();
    for (const { label, files } of pictures) await trainer.addImages(label, files);
    const steep = {
      head: Array(4).fill({ type: 'dense', units: 64, activation: 'linear' }),
      optimizer: { type: 'sgd' as const, momentum: 0.99 },
      learningRate: 1,
    };
    const first = await trainer.fit(steep).catch(({ code }) => code);
    await trainer.fit({ epochs: 5, fresh: true });
    const before = await trainer.evaluate();
    const second = await trainer.fit(steep).catch(({ code, message }) => [code, message]);
    return { first, second, before, after: await trainer.evaluate() };
  });
  expect(result.first).toBe('diverged');
  expect(result.second).toEqual(['diverged', expect.stringMatching(/the last good weights/)]);
  expect(result.after).toEqual(result.before);
});

test('cancels in addImages and in fit; what is done by then stays', async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { tabtrain, pictures } = window;
    const trainer = await tabtrain.createTrainer();
    const [first, second] = pictures;
    if (!first || !second) throw new Error('The sample set has no two classes.');

    const adding = new AbortController();
    const ids: number[] = [];
    const addError = await trainer
      .addImages(first.label, first.files, {
        signal: adding.signal,
        onImage(image) {
          if ('id' in image) ids.push(image.id);
          if (ids.length === 3) adding.abort();
        },
      })
      .catch((error) => error);
    const classes = await trainer.classes();
    await trainer.addImages(second.label, second.files);

    const fitting = new AbortController();
    const fitError = await trainer
      .fit({
        epochs: 10000,
        signal: fitting.signal,
        onEpoch: ({ epoch }) => epoch === 3 && fitting.abort(),
      })
      .catch((error) => error);
    const predictions = await trainer.predict(first.files[0] as File);
    const names = [addError, fitError].map((error) => [error instanceof DOMException, error.name]);
    return { names, ids, classes, predictions };
  });
  expect(result.names).toEqual([
    [true, 'AbortError'],
    [true, 'AbortError'],
  ]);
  expect(result.ids).toHaveLength(3);
  expect(result.classes.map(({ count }) => count)).toEqual([3]);
  expect(result.predictions).toHaveLength(2);
});

test('removes and renames', async ({ page }) => {
  const classes = await page.evaluate(async () => {
    const { tabtrain, pictures } = window;
    const trainer = await tabtrain.createTrainer();
    const [first, second] = pictures;
    const { ids } = await trainer.addImages('one', first?.files ?? []);
    await trainer.addImages('two', second?.files ?? []);
    await trainer.removeImages(ids.slice(0, 2));
    await trainer.renameClass('one', 'uno');
    await trainer.removeClass('two');
    return trainer.classes();
  });
  expect(classes).toEqual([{ label: 'uno', count: 6 }]);
});

test('rejects with a code and a sentence', async ({ page }) => {
  const codes = await page.evaluate(async () => {
    const { createTrainer, TrainerError } = window.tabtrain;
    const codeOf = async (call: Promise<unknown>) => {
      const error = await call.catch((thrown) => thrown);
      if (error instanceof TrainerError)
        return /.+\.$/.test(error.message) ? error.code : error.message;
      return (error as Error).name;
    };
    const trainer = await createTrainer();
    const image = window.pictures[0]?.files[0] as File;
    const codes = {
      untrained: await codeOf(trainer.predict(image)),
      oneClass: await codeOf(trainer.addImages('one', [image]).then(() => trainer.fit())),
      badOption: await codeOf(trainer.fit({ epochs: 0 })),
      badImage: await codeOf(trainer.features(new Blob(['no image']))),
      noSample: await codeOf(trainer.removeImages([4000])),
      noWeights: await codeOf(createTrainer({ weights: '/missing.safetensors' })),
      pageForWeights: await codeOf(createTrainer({ weights: '/' })),
      wrongWeights: await codeOf(createTrainer({ weights: new Blob(['{"no": "weights"}']) })),
      noWorker: await codeOf(createTrainer({ workerUrl: '/missing.js' })),
      noWasm: await codeOf(createTrainer({ wasmUrl: '/missing' })),
      cancelled: await codeOf(createTrainer({ signal: AbortSignal.abort() })),
    };
    const pending = trainer.features(image);
    trainer.close();
    trainer.close();
    return { ...codes, pending: await codeOf(pending), closed: await codeOf(trainer.classes()) };
  });
  expect(codes).toEqual({
    untrained: 'invalid-state',
    oneClass: expect.stringMatching(/^invalid-(argument|state)$/),
    badOption: 'invalid-argument',
    badImage: 'unsupported-image',
    noSample: 'invalid-argument',
    noWeights: 'network',
    pageForWeights: 'network',
    wrongWeights: 'invalid-weights',
    noWorker: 'start-failed',
    noWasm: 'network',
    cancelled: 'AbortError',
    pending: 'closed',
    closed: 'closed',
  });
});

test('takes an image in every form, with the same features', async ({ page }) => {
  const distances = await page.evaluate(async () => {
    const trainer = await window.tabtrain.createTrainer();
    const file = window.pictures[0]?.files[0] as File;
    // Opaque, because a canvas keeps no exact colours under transparency.
    const source = await createImageBitmap(file);
    const canvas = new OffscreenCanvas(source.width, source.height);
    const drawing = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
    drawing.fillStyle = 'white';
    drawing.fillRect(0, 0, canvas.width, canvas.height);
    drawing.drawImage(source, 0, 0);
    const png = await canvas.convertToBlob();
    const element = new Image();
    element.src = URL.createObjectURL(png);

    const expected = await trainer.features(png);
    const forms = {
      again: png,
      transparent: file,
      imageData: drawing.getImageData(0, 0, canvas.width, canvas.height),
      bitmap: await createImageBitmap(png),
      element,
      webp: await canvas.convertToBlob({ type: 'image/webp', quality: 1 }),
    };
    const distances: Record<string, number> = {};
    for (const [name, image] of Object.entries(forms)) {
      const features = await trainer.features(image);
      const squares = features.map((value, index) => (value - (expected[index] ?? 0)) ** 2);
      const norm = expected.reduce((sum, value) => sum + value * value, 0);
      distances[name] = Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / norm);
    }
    return distances;
  });
  expect(distances.again).toBe(0);
  for (const form of ['imageData', 'bitmap', 'element']) expect(distances[form]).toBeLessThan(1e-3);
  expect(distances.transparent).toBeLessThan(0.05);
  expect(distances.webp).toBeLessThan(0.2);
});

test('every variant makes the same features', async ({ page }) => {
  const runs = await page.evaluate(async () => {
    const image = window.pictures[0]?.files[0] as File;
    const variants = ['relaxed-threads', 'relaxed-single', 'simd-threads', 'simd-single'] as const;
    const runs = [];
    for (const variant of variants) {
      const trainer = await window.tabtrain.createTrainer({ variant, precision: 'float32' });
      const features = await trainer.features(image);
      runs.push({ variant, info: trainer.info(), features: Array.from(features) });
      trainer[Symbol.dispose]();
    }
    return runs;
  });
  const expected = runs[0]?.features ?? [];
  const scale = Math.max(...expected.map(Math.abs));
  expect(scale).toBeGreaterThan(0);
  for (const { variant, info, features } of runs) {
    expect(info.variant).toBe(variant);
    expect(features).toHaveLength(info.featureSize);
    const differences = features.map((value, index) => Math.abs(value - (expected[index] ?? 0)));
    expect(Math.max(...differences)).toBeLessThan(1e-3 * scale);
  }
});

test('falls back to one thread when the threads do not start', async ({ page }) => {
  await page.route('**/stuck/*', async (route) => {
    const url = route.request().url().replace('/stuck/', '/wasm/');
    const response = await route.fetch({ url });
    const isStuck = url.endsWith('-threads.mjs');
    await route.fulfill(
      isStuck ? { response, body: 'export default () => new Promise(() => {});' } : { response },
    );
  });
  const info = await page.evaluate(async () => {
    const trainer = await window.tabtrain.createTrainer({ wasmUrl: '/stuck', threads: 2 });
    return trainer.info();
  });
  expect(info).toMatchObject({ variant: 'relaxed-single', threads: 1 });
  expect(info.reason).toMatch(/threads did not start/);
});

test('refuses threads where the page is not isolated', async ({ page }) => {
  await openBlank(page, notIsolated);
  const code = await page.evaluate(() =>
    window.tabtrain.createTrainer({ variant: 'relaxed-threads' }).catch(({ code }) => code),
  );
  expect(code).toBe('unsupported-browser');
});
