import { proxy, type Remote, releaseProxy, wrap } from 'comlink';
import type { CallEvent, MethodName, Methods, WorkerPort } from '../worker/protocol.js';
import { abortError, errorOfReply, TrainerError } from './errors.js';

export interface RunOptions {
  signal?: AbortSignal;
  onEvent?: (event: CallEvent) => void;
}

/** Longest wait for a worker to clean up, which a step of its work may delay. */
const farewellMs = 2000;

/** A worker and the calls that wait for it. Once it has ended, every call rejects. */
export class Connection {
  readonly #worker: Worker;
  readonly #remote: Remote<WorkerPort>;
  readonly #ended: Promise<never>;
  #end: (error: Error) => void = () => {};
  #endedWith: Error | null = null;
  #lastId = 0;

  constructor(workerUrl: URL) {
    this.#worker = new Worker(workerUrl, { type: 'module', name: 'tabtrain' });
    this.#remote = wrap<WorkerPort>(this.#worker);
    this.#ended = new Promise((_, reject) => {
      this.#end = reject;
    });
    this.#ended.catch(() => {}); // the calls that wait report it
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.close(workerError(workerUrl, event));
    };
  }

  /** Resolves as soon as the worker's script runs. */
  async ready(): Promise<void> {
    await Promise.race([this.#remote.ping(), this.#ended]);
  }

  /** Calls a method of the worker; a cancel through the signal takes effect at its next step. */
  async run<M extends MethodName>(
    method: M,
    args: Parameters<Methods[M]>,
    { signal, onEvent = () => {} }: RunOptions = {},
  ): Promise<ReturnType<Methods[M]>> {
    if (this.#endedWith) throw this.#endedWith;
    if (signal?.aborted) throw abortError();
    this.#lastId += 1;
    const id = this.#lastId;
    const abort = () => void this.#remote.abort(id);
    signal?.addEventListener('abort', abort);
    try {
      const call = this.#remote.run(id, method, args, proxy(onEvent));
      const reply = await Promise.race([call, this.#ended]);
      if (reply.ok) return reply.value as ReturnType<Methods[M]>;
      const error = errorOfReply(reply);
      if (reply.code === 'crashed') this.close(error);
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /**
   * Ends the worker, as soon as it has cleaned up; calls that wait for it, and later ones, reject
   * with `error` at once.
   */
  close(error: Error): void {
    if (this.#endedWith) return;
    this.#endedWith = error;
    this.#end(error);
    const late = new Promise((resolve) => setTimeout(resolve, farewellMs));
    void Promise.race([this.#remote.dispose().catch(() => {}), late]).then(() => {
      this.#remote[releaseProxy]();
      this.#worker.terminate();
    });
  }
}

/** An `error` event without a message means that the script itself could not be loaded. */
function workerError(url: URL, { message }: ErrorEvent): TrainerError {
  if (message) return new TrainerError('crashed', `The trainer's worker broke down: ${message}`);
  return new TrainerError(
    'start-failed',
    `The worker ${url} could not be started. Check that the file is there, is JavaScript, and is ` +
      'sent with the same Cross-Origin-Embedder-Policy as this page.',
  );
}
