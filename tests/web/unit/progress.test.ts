import { expect, it } from 'vitest';
import type { Context } from '../../../web/worker/dispatcher.js';
import { Eta, Progress } from '../../../web/worker/progress.js';
import type { CallEvent } from '../../../web/worker/protocol.js';

it('knows nothing before the first step', () => {
  expect(new Eta(0).secondsLeft(5)).toBeNull();
});

it('estimates from the time that steps take', () => {
  const eta = new Eta(0);
  eta.advance(2, 1000);
  expect(eta.secondsLeft(10)).toBe(5);
});

it('follows a change of pace', () => {
  const eta = new Eta(0);
  for (let step = 1; step <= 40; step += 1) eta.advance(1, step * 1000);
  for (let step = 1; step <= 40; step += 1) eta.advance(1, 40000 + step * 3000);
  expect(eta.secondsLeft(1)).toBeCloseTo(3, 2);
});

it('reports at most ten times a second, and at the end', async () => {
  const events: CallEvent[] = [];
  const context = { report: async (event: CallEvent) => void events.push(event) };
  let clock = 0;
  const progress = new Progress(context as unknown as Context, 'fit', 100, () => clock);
  for (let step = 0; step < 100; step += 1) {
    clock += 20;
    await progress.advance(1, 'epoch 1');
  }
  expect(events.length).toBeGreaterThan(15);
  expect(events.length).toBeLessThan(23);
  expect(events.at(-1)).toMatchObject({ done: 100, total: 100, secondsLeft: 0 });
  expect(events.at(1)).toMatchObject({ phase: 'fit', secondsLeft: expect.closeTo(1.88, 1) });
});
