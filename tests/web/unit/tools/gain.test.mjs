import { describe, expect, it } from 'vitest';
import { table } from '../../../../tools/gain/document.mjs';
import { plot } from '../../../../tools/gain/plot.mjs';
import { summarize } from '../../../../tools/gain/summary.mjs';

/** @param {number} perClass @param {number} views @param {number[]} accuracies by seed */
const runsOf = (perClass, views, accuracies) =>
  accuracies.map((accuracy, seed) => ({ perClass, views, seed, accuracy, loss: 1 - accuracy }));
const runs = [
  ...runsOf(10, 0, [0.5, 0.7, 0.9]),
  ...runsOf(10, 4, [0.6, 0.8, 0.9]),
  ...runsOf(0, 0, [0.9, 0.9, 0.9]),
];

describe('summarize', () => {
  it('compares each training with that of the same seed without views', () => {
    const [without, views, all] = summarize(runs);
    expect(without?.mean).toBeCloseTo(70, 9);
    expect(without?.deviation).toBeCloseTo(20, 9);
    expect(without?.gain).toBe(0);
    expect(views).toMatchObject({ perClass: 10, views: 4, seeds: 3 });
    expect(views?.gain).toBeCloseTo(20 / 3, 9);
    // Of 10, 10 and 0: deviation sqrt(100 / 3), over the root of three.
    expect(views?.gainError).toBeCloseTo(10 / 3, 9);
    expect(all?.deviation).toBeCloseTo(0, 9);
  });
});

it('makes a table and a plot of them', () => {
  const settings = summarize(runs);
  expect(table(settings).split('\n').slice(2)).toEqual([
    '| 10 | 0 | 70.0 ± 20.0 | 0.300 |  |',
    '| 10 | 4 | 76.7 ± 15.3 | 0.233 | +6.7 ± 3.3 |',
    '| all | 0 | 90.0 ± 0.0 | 0.100 |  |',
  ]);
  const svg = plot(settings);
  expect(svg.match(/<circle/g)).toHaveLength(3 + 2); // points and legend
  expect(svg).toContain('>76.7</text>');
  expect(svg).not.toContain('NaN');
});
