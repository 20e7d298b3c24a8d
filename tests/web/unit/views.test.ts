import { describe, expect, it } from 'vitest';
import type { CoreFitPlan } from '../../../web/worker/core.js';
import { cancelled, Failure } from '../../../web/worker/failure.js';
import type { ProgressEvent } from '../../../web/worker/protocol.js';
import { type SampleImages, ViewMaker } from '../../../web/worker/views.js';
import { contextOf, ok, scriptedSession } from './scripted-core.js';

const samples = (count: number, missing: number): CoreFitPlan => ({
  trainSamples: count,
  validationSamples: 0,
  stepsPerEpoch: 1,
  withoutViews: Array.from({ length: count }, (_, id) => ({ id, missing })),
});

/** A maker whose session counts the views of each sample. */
function making(
  plan: CoreFitPlan,
  { pause, broken }: { pause?: () => Promise<void>; broken?: number } = {},
) {
  const made = new Map<number, number>();
  let current = -1;
  const session = scriptedSession({
    addView(id) {
      expect(id).toBe(current); // the current image is the sample's
      made.set(id, (made.get(id) ?? 0) + 1);
      return ok((plan.withoutViews[id]?.missing ?? 0) - (made.get(id) ?? 0));
    },
  });
  const images: SampleImages = {
    nameOf: (id) => `${id}.jpg`,
    async load(id) {
      if (id === broken) throw new Failure('unreadable-file', 'Gone.');
      current = id;
    },
  };
  const { events, context } = contextOf(pause);
  const total = () => [...made.values()].reduce((sum, count) => sum + count, 0);
  return { maker: new ViewMaker(session, plan.withoutViews, images, context), made, total, events };
}

describe('ViewMaker', () => {
  it('makes equal parts after each of the first fifth of the epochs', async () => {
    const { maker, total, made } = making(samples(10, 3));
    const counts = [];
    for (const epoch of [0, 1, 2, 3, 4, 5, 6]) {
      await maker.makeDue(epoch, 25);
      counts.push(total());
    }
    expect(counts).toEqual([0, 6, 12, 18, 24, 30, 30]);
    expect([...made.values()]).toEqual(Array(10).fill(3));
  });

  it('makes all of them first when the epochs are few', async () => {
    const { maker, total } = making(samples(4, 2));
    await maker.makeDue(0, 4);
    expect(total()).toBe(8);
  });

  it('makes all at once where there are no epochs to go between', async () => {
    const { maker, total } = making(samples(4, 2));
    await maker.makeAll();
    expect(total()).toBe(8);
  });

  it('does nothing when no view is missing', async () => {
    const { maker, events } = making(samples(0, 0));
    await maker.makeDue(0, 1);
    expect(events).toEqual([]);
  });

  it('tells how far it is', async () => {
    const { maker, events } = making(samples(2, 3));
    await maker.makeDue(0, 1);
    const last = events.at(-1) as ProgressEvent;
    expect(last).toMatchObject({ phase: 'views', done: 6, total: 6, name: '1.jpg' });
  });

  it('goes on without an image that cannot be read any more, and names it', async () => {
    const { maker, made, events } = making(samples(3, 2), { broken: 1 });
    await maker.makeDue(0, 1);
    expect([...made]).toEqual([
      [0, 2],
      [2, 2],
    ]);
    expect(maker.failed).toEqual([
      { id: 1, name: '1.jpg', code: 'unreadable-file', message: 'Gone.' },
    ]);
    expect(events.at(-1)).toMatchObject({ done: 6, total: 6 });
  });

  it('stops between two views when cancelled', async () => {
    let pauses = 0;
    const pause = async () => {
      pauses += 1;
      if (pauses > 3) throw cancelled();
    };
    const { maker, total } = making(samples(3, 5), { pause });
    await expect(maker.makeDue(0, 1)).rejects.toMatchObject({ code: 'aborted' });
    expect(total()).toBe(2);
  });
});
