import { expect, it, vi } from 'vitest';
import type { CoreSession, CoreTuningState, CoreWeights } from '../../../web/worker/core.js';
import { cancelled, Failure } from '../../../web/worker/failure.js';
import { Tuner } from '../../../web/worker/tuner.js';
import { contextOf, ok, refuse, scriptedSession } from './scripted-core.js';

const calibration = { activationRanges: '0,1', int8Cosine: 0.997 };
const bytes = new Uint8Array(5 * 1024 * 1024); // two pieces

/** A tuner over a core in that state, and the calls that it makes. */
function tunerIn(state: CoreTuningState, changes: Partial<CoreSession> = {}) {
  const calls: string[] = [];
  const noting =
    <T>(name: string, value: T) =>
    (...args: unknown[]) => {
      calls.push([name, ...args.filter((arg) => typeof arg !== 'object')].join(' '));
      return ok(value);
    };
  const session = scriptedSession({
    tuningState: () => ok(state),
    tuningBegin: noting('begin', null),
    weightsPush: noting('push', null),
    weightsFinish: noting('finish', {} as CoreWeights),
    tuneSample: noting('sample', null),
    tuningEnd: noting('end', { taken: true, calibration }),
    tuningUndo: noting('undo', null),
    ...changes,
  });
  const kept = {
    read: vi.fn(async (): Promise<Uint8Array<ArrayBuffer> | null> => bytes),
    keep: vi.fn(async () => {}),
  };
  const images = {
    ids: () => [3, 5],
    nameOf: (id: number) => `${id}.jpg`,
    load: vi.fn(async (_: number) => {}),
  };
  const weights = { name: 'mine', precision: 'float32' } as CoreWeights;
  return { tuner: new Tuner(session, weights, kept, images), calls, kept, images };
}

const float32Again = ['push', 'push', 'finish'];
const throughInt8 = ['begin', 'push', 'push', 'finish', 'sample 3', 'sample 5', 'end'];

it('puts int8 in the place of float32, tells of it, and keeps what was measured', async () => {
  const { tuner, calls, kept } = tunerIn('due');
  const { events, context } = contextOf();
  expect(tuner.arithmetic.precisionReason).toMatch(/tuned to the first photos/);
  expect(await tuner.tune('soon', context)).toBe(true);
  expect(calls).toEqual(throughInt8);
  expect(kept.keep).toHaveBeenCalledWith(calibration);
  expect(events[0]).toMatchObject({ phase: 'tuning', done: 0, total: 2, name: 'mine' });
  expect(events.at(-2)).toMatchObject({ phase: 'tuning', done: 2, total: 2, name: '5.jpg' });
  expect(events.at(-1)).toEqual({ kind: 'arithmetic', precision: 'int8', precisionReason: null });
});

it('waits for more images, but not beyond the first training', async () => {
  const { context } = contextOf();
  const enough = tunerIn('enough');
  expect(await enough.tuner.tune('soon', context)).toBe(false);
  expect(enough.calls).toEqual([]);
  expect(await enough.tuner.tune('now', context)).toBe(true);

  const tooFew = tunerIn('tooFew');
  const { events, context: fit } = contextOf();
  expect(await tooFew.tuner.tune('now', fit)).toBe(false);
  expect(events).toMatchObject([
    { precision: 'float32', precisionReason: expect.stringMatching(/too few photos/) },
  ]);
  expect(tooFew.calls).toEqual([]);
});

it('leaves alone what runs in int8 or is to run in float32', async () => {
  const { tuner, calls } = tunerIn('none');
  const { events, context } = contextOf();
  expect(tuner.arithmetic).toEqual({ precision: 'float32', precisionReason: null });
  expect(await tuner.tune('now', context)).toBe(false);
  expect([...calls, ...events]).toEqual([]);
});

it('goes back to float32 when int8 is too far from it, and keeps that too', async () => {
  const far = { ...calibration, int8Cosine: 0.95 };
  const { tuner, calls, kept } = tunerIn('due', {
    tuningEnd: () => ok({ taken: false, calibration: far }),
  });
  const { events, context } = contextOf();
  await tuner.tune('soon', context);
  expect(calls).toEqual([...throughInt8.slice(0, -1), 'undo false', ...float32Again]);
  expect(kept.keep).toHaveBeenCalledWith(far);
  expect(events.at(-1)).toMatchObject({
    precision: 'float32',
    precisionReason: expect.stringMatching(/0\.950/),
  });
});

it('goes back to float32 when something fails, says why, and does not try again', async () => {
  const { tuner, calls, kept, images } = tunerIn('due');
  images.load.mockImplementation(async (id) => {
    if (id === 5) throw new Failure('unreadable-file', 'The file could not be read.');
  });
  const { events, context } = contextOf();
  await tuner.tune('soon', context);
  expect(calls).toEqual([...throughInt8.slice(0, 5), 'undo false', ...float32Again]);
  expect(kept.keep).not.toHaveBeenCalled();
  expect(events.at(-1)).toMatchObject({
    ...{ kind: 'arithmetic', precision: 'float32' },
    precisionReason: expect.stringMatching(
      /could not be tuned to the photos\. The file could not be read\./,
    ),
  });
  expect(await tuner.tune('now', context)).toBe(false);
});

it('touches nothing without a copy of the weights', async () => {
  const { tuner, calls, kept } = tunerIn('due');
  kept.read.mockResolvedValue(null);
  const { events, context } = contextOf();
  await tuner.tune('soon', context);
  expect(calls).toEqual([]);
  expect(events).toMatchObject([
    { precision: 'float32', precisionReason: expect.stringMatching(/a copy of the weights/) },
  ]);
});

it('goes back to float32 when cancelled, to be tuned later', async () => {
  const { tuner, calls } = tunerIn('due');
  let pauses = 0;
  const { context } = contextOf(async () => {
    pauses += 1;
    if (pauses === 2) throw cancelled();
  });
  await expect(tuner.tune('soon', context)).rejects.toMatchObject({ code: 'aborted' });
  expect(calls).toEqual(['begin', 'push', 'undo true', ...float32Again]);
  expect(await tuner.tune('soon', contextOf().context)).toBe(true);
});

it('tells of a crash when float32 does not come back', async () => {
  const tuningUndo = () => refuse('out-of-memory');
  const { tuner } = tunerIn('due', { tuneSample: () => refuse('out-of-memory'), tuningUndo });
  const tuning = tuner.tune('soon', contextOf().context);
  await expect(tuning).rejects.toMatchObject({
    code: 'crashed',
    message: expect.stringMatching(/Create a new trainer/),
  });
});
