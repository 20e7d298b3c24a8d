import { asFailure, cancelled } from './failure.js';
import { nextTask } from './pause.js';
import type { CallEvent, MethodName, Methods, Reply, WorkerPort } from './protocol.js';

/** What a running method has of its call. */
export interface Context {
  /** Aborted when the caller cancels. */
  signal: AbortSignal;
  /** Resolves when the caller has taken the event. */
  report(event: CallEvent): Promise<void>;
  /** Lets messages in; throws the code `aborted` if one of them cancelled this call. */
  pause(): Promise<void>;
}

/** The methods as the worker implements them: with the call's context, and allowed to wait. */
export type Handlers = {
  [M in MethodName]: (
    context: Context,
    ...args: Parameters<Methods[M]>
  ) => ReturnType<Methods[M]> | Promise<ReturnType<Methods[M]>>;
};

type AnyHandler = (context: Context, ...args: unknown[]) => unknown;
type AnyReply = Reply<unknown>;

/** Runs calls one after another and turns what they throw into replies. */
export class Dispatcher implements WorkerPort {
  readonly #handlers: Handlers;
  readonly #cleanUp: () => Promise<void>;
  readonly #calls = new Map<number, AbortController>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(handlers: Handlers, cleanUp: () => Promise<void> = async () => {}) {
    this.#handlers = handlers;
    this.#cleanUp = cleanUp;
  }

  ping(): true {
    return true;
  }

  run<M extends MethodName>(
    id: number,
    method: M,
    args: Parameters<Methods[M]>,
    report: (event: CallEvent) => unknown,
  ): Promise<Reply<ReturnType<Methods[M]>>> {
    const controller = new AbortController();
    this.#calls.set(id, controller);
    const handler = this.#handlers[method] as unknown as AnyHandler;
    const context = makeContext(controller.signal, report);
    const reply = this.#enqueue(controller.signal, async () => {
      await context.pause();
      return handler.call(this.#handlers, context, ...args);
    });
    return reply.finally(() => this.#calls.delete(id)) as Promise<Reply<ReturnType<Methods[M]>>>;
  }

  abort(id: number): void {
    this.#calls.get(id)?.abort();
  }

  dispose(): Promise<void> {
    for (const call of this.#calls.values()) call.abort();
    return this.#cleanUp();
  }

  /** Runs `work` after all earlier work; one that is cancelled while it waits replies at once. */
  #enqueue(signal: AbortSignal, work: () => Promise<unknown>): Promise<AnyReply> {
    return new Promise((resolve) => {
      const cancel = () => resolve(failed(cancelled()));
      signal.addEventListener('abort', cancel);
      this.#last = this.#last.then(async () => {
        signal.removeEventListener('abort', cancel);
        if (signal.aborted) return;
        try {
          resolve({ ok: true, value: await work() });
        } catch (error) {
          resolve(failed(error));
        }
      });
    });
  }
}

function failed(error: unknown): AnyReply {
  const { code, message } = asFailure(error);
  return { ok: false, code, message };
}

function makeContext(signal: AbortSignal, report: (event: CallEvent) => unknown): Context {
  return {
    signal,
    report: async (event) => void (await report(event)),
    pause: async () => {
      await nextTask();
      if (signal.aborted) throw cancelled();
    },
  };
}
