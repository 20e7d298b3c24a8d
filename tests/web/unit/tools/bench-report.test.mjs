import { expect, test } from 'vitest';
import { ratiosOf, resultsOf, rowOf, tableOf } from '../../../../tools/bench/report.mjs';
import { cosine, median, quantile } from '../../../../tools/bench/statistics.mjs';

const ms = (id, value) => ({ id, value, unit: 'ms', better: 'lower' });

test('the median of an even number of values lies between the middle two', () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([10, 1, 3, 2])).toBe(2.5);
  expect(median([7])).toBe(7);
});

test('quantiles are linear between values, which stay in their order', () => {
  const values = [40, 10, 30, 20, 100];
  expect([0, 0.25, 0.75, 1].map((share) => quantile(values, share))).toEqual([10, 20, 40, 100]);
  expect(quantile([0, 10], 0.3)).toBeCloseTo(3);
  expect(values).toEqual([40, 10, 30, 20, 100]);
});

test('the cosine tells the angle, not the length', () => {
  expect(cosine([1, 2, 3], [10, 20, 30])).toBeCloseTo(1, 12);
  expect(cosine([1, 0], [0, 5])).toBe(0);
  expect(cosine([1, 1], [-1, -1])).toBeCloseTo(-1, 12);
});

test('a row has the median of its values and their quartiles', () => {
  const measure = { name: 'a name', unit: 'ms', better: 'lower', run: async () => 0 };
  const row = rowOf({ ...measure, id: 'a/ms', values: [5, 1, 2, 4, 3] });
  expect(row).toMatchObject({ id: 'a/ms', value: 3, spread: [2, 4] });
  expect(resultsOf([row])).toEqual([{ id: 'a/ms', value: 3, unit: 'ms', better: 'lower' }]);
});

test('ratios are of what was measured, and left out where a part is missing', () => {
  const ratios = ratiosOf([
    ms('forward/float32/threads/ms', 100),
    ms('forward/float32/single/ms', 190),
    ms('forward/ort/float32/threads/ms', 250),
    { id: 'files/float32/images_per_s', value: 8, unit: 'images/s', better: 'higher' },
  ]);
  expect(resultsOf(ratios)).toEqual([
    { id: 'ratio/forward/float32/ort', value: 0.4, unit: 'x', better: 'lower' },
    { id: 'ratio/forward/float32/threads', value: 1.9, unit: 'x', better: 'higher' },
    { id: 'ratio/files/float32/forward', value: 0.8, unit: 'x', better: 'higher' },
  ]);
});

test('the table is Markdown with its columns in line', () => {
  const table = tableOf([
    { ...ms('a', 1234.5), name: 'slow', spread: [1000.4, 2000] },
    { ...ms('b', 0.12345), name: 'a fast one' },
  ]);
  expect(table.split('\n')).toEqual([
    '| measure    |   median |   quartiles |',
    '| ---------- | -------: | ----------: |',
    '| slow       |  1235 ms | 1000 - 2000 |',
    '| a fast one | 0.123 ms |             |',
  ]);
});
