import { expect, it } from 'vitest';
import { Failure } from '../../../web/worker/failure.js';
import { nextTask } from '../../../web/worker/pause.js';
import { dispatcherOf } from './scripted-core.js';

const aborted = expect.objectContaining({ ok: false, code: 'aborted' });

it('runs calls one after another, in order', async () => {
  const log: string[] = [];
  const { run } = dispatcherOf(async (context, name) => {
    log.push(`${name} begins`);
    await context.pause();
    log.push(`${name} ends`);
    return name;
  });
  const replies = await Promise.all([run(1, 'a'), run(2, 'b')]);
  expect(replies).toEqual([
    { ok: true, value: 'a' },
    { ok: true, value: 'b' },
  ]);
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

it('goes on after a call that fails', async () => {
  const { run } = dispatcherOf(async (_, name) => {
    if (name === 'bad') throw new Failure('invalid-state', 'Not yet.');
    return name;
  });
  const replies = await Promise.all([run(1, 'bad'), run(2, 'good')]);
  expect(replies[0]).toEqual({ ok: false, code: 'invalid-state', message: 'Not yet.' });
  expect(replies[1]).toEqual({ ok: true, value: 'good' });
});

it('cancels a running call at its next step', async () => {
  let steps = 0;
  const { dispatcher, run } = dispatcherOf(async (context) => {
    for (;;) {
      await context.pause();
      steps += 1;
      if (steps === 3) dispatcher.abort(1);
    }
  });
  expect(await run(1)).toEqual(aborted);
  expect(steps).toBe(3);
});

it('hears of a cancel that comes as a message while steps run', async () => {
  const { dispatcher, run } = dispatcherOf(async (context) => {
    for (;;) await context.pause();
  });
  setTimeout(() => dispatcher.abort(1), 20);
  expect(await run(1)).toEqual(aborted);
});

it('cancels a waiting call at once, and never runs it', async () => {
  const ran: string[] = [];
  let release = () => {};
  const { dispatcher, run } = dispatcherOf(async (_, name) => {
    ran.push(name);
    if (name === 'long') {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    }
  });
  const long = run(1, 'long');
  const waiting = run(2, 'waiting');
  while (ran.length === 0) await nextTask();
  dispatcher.abort(2);
  expect(await waiting).toEqual(aborted);
  release();
  expect(await long).toMatchObject({ ok: true });
  expect(await run(3, 'after')).toMatchObject({ ok: true });
  expect(ran).toEqual(['long', 'after']);
});

it('cancels every call and cleans up when it is disposed of', async () => {
  let cleaned = 0;
  const { dispatcher, run } = dispatcherOf(
    async (context) => {
      for (;;) await context.pause();
    },
    async () => {
      cleaned += 1;
    },
  );
  const calls = [run(1), run(2)];
  await nextTask();
  await dispatcher.dispose();
  expect(cleaned).toBe(1);
  expect(await Promise.all(calls)).toEqual([aborted, aborted]);
});

it('ignores the cancel of a call that has ended', async () => {
  const { dispatcher, run } = dispatcherOf(async (_, name) => name);
  await run(1, 'a');
  dispatcher.abort(1);
  expect(await run(2, 'b')).toEqual({ ok: true, value: 'b' });
});
