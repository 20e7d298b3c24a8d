import type { CoreResult } from './core.js';

/** An expected error: its code is for programs, its message for people. */
export class Failure extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'Failure';
  }
}

export function cancelled(): Failure {
  return new Failure('aborted', 'Cancelled.');
}

/** Makes a Failure of anything that was thrown. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof DOMException && error.name === 'AbortError') return cancelled();
  return new Failure('internal', messageOf(error));
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Calls the core. The core returns its errors, so whatever it throws is a WebAssembly trap, after
 * which its memory cannot be trusted: that is the code `crashed`.
 */
export function attempt<T>(call: () => CoreResult<T>): CoreResult<T> {
  try {
    return call();
  } catch (error) {
    throw new Failure(
      'crashed',
      `The trainer stopped working (${messageOf(error)}). Create a new trainer and add the images again.`,
    );
  }
}

/** The Failure of an error that the core returned, in a whole sentence. */
export function failureOf({ code, message }: { code: string; message: string }): Failure {
  return new Failure(code, sentence(message));
}

/** The core's words as a whole sentence. */
export function sentence(words: string): string {
  const ended = /[.!?]$/.test(words) ? words : `${words}.`;
  return ended.charAt(0).toUpperCase() + ended.slice(1);
}

/** Calls the core and throws a Failure unless it succeeded. */
export function invoke<T>(call: () => CoreResult<T>): T {
  const result = attempt(call);
  if (!result.ok) throw failureOf(result);
  return result.value;
}
