// A scripted core for tests of the worker's own loops; it computes nothing.

import type { CoreSession } from '../../../web/worker/core.js';
import { type Context, Dispatcher, type Handlers } from '../../../web/worker/dispatcher.js';
import type { CallEvent } from '../../../web/worker/protocol.js';

export const ok = <T>(value: T) => ({ ok: true, value }) as const;
export const refuse = (code: string) => ({ ok: false, code, message: code }) as const;

/** A session of the calls given; any other call fails the test. */
export function scriptedSession(calls: Partial<CoreSession>): CoreSession {
  return calls as CoreSession;
}

/** A dispatcher whose `predict` runs `work`; the other methods are not for calling. */
export function dispatcherOf(
  work: (context: Context, name: string) => Promise<unknown>,
  cleanUp?: () => Promise<void>,
) {
  const handlers = {
    predict: (context: Context, { name }: { name: string }) => work(context, name),
  } as unknown as Handlers;
  const dispatcher = new Dispatcher(handlers, cleanUp);
  const run = (id: number, name = '', report: (event: CallEvent) => void = () => {}) =>
    dispatcher.run(id, 'predict', [{ name, image: new Blob() }], report);
  return { dispatcher, run };
}

/** A call's context that collects its events. */
export function contextOf(pause: () => Promise<void> = async () => {}) {
  const events: CallEvent[] = [];
  const report = async (event: CallEvent) => void events.push(event);
  return { events, context: { pause, report, signal: new AbortController().signal } as Context };
}
