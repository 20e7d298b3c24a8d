import { expect, it } from 'vitest';
import { summarizeFolds } from '../../../web/lib/folds.js';
import { isUnknown } from '../../../web/lib/unknown.js';

it('summarizes folds by mean and standard deviation', () => {
  const folds = [0.8, 0.9, 1].map((accuracy, index) => ({ accuracy, loss: index, images: 10 }));
  const { accuracy, accuracyStd, loss } = summarizeFolds(folds);
  expect(accuracy).toBeCloseTo(0.9, 12);
  expect(accuracyStd).toBeCloseTo(0.1, 12);
  expect(loss).toBe(1);
});

it('tells an image that is like no class from one that is like one', () => {
  const of = (...distances: (number | null)[]) =>
    isUnknown(distances.map((distance) => ({ label: 'cat', probability: 0.5, distance })));
  expect(of(1.2, 3)).toBe(true);
  expect(of(1.2, 0.9)).toBe(false);
  expect(of(null, null)).toBe(null);
});
