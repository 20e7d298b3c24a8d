/**
 * What can go wrong:
 * - `invalid-argument`: an option or argument makes no sense; the message says what to change
 * - `invalid-state`: a call out of order, such as `predict` before `fit`
 * - `unsupported-image`, `corrupt-image`, `image-too-large`, `unreadable-file`: of one image
 * - `invalid-weights`: a weight file that is broken or belongs to another network
 * - `weights-not-kept`: the weights asked for are not kept on this device any more
 * - `network`: a file could not be fetched
 * - `unsupported-browser`: the browser lacks something that the trainer, or the variant, needs
 * - `compile-failed`, `start-failed`: the browser refused the WebAssembly, or it did not start
 * - `self-test-failed`: this device computes something else than the variant's instructions mean
 * - `diverged`: the loss is no longer a number
 * - `out-of-memory`
 * - `storage-failed`: features that were kept on the disk cannot be read any more
 * - `crashed`: the core broke down; this trainer is of no more use
 * - `closed`: the trainer was closed
 * - `internal`: a fault of tabtrain
 */
export type TrainerErrorCode =
  | 'invalid-argument'
  | 'invalid-state'
  | 'unsupported-image'
  | 'corrupt-image'
  | 'image-too-large'
  | 'unreadable-file'
  | 'invalid-weights'
  | 'weights-not-kept'
  | 'network'
  | 'unsupported-browser'
  | 'compile-failed'
  | 'start-failed'
  | 'self-test-failed'
  | 'diverged'
  | 'out-of-memory'
  | 'storage-failed'
  | 'crashed'
  | 'closed'
  | 'internal';

/** Every error of the module but the `AbortError` of a cancelled call. */
export class TrainerError extends Error {
  /** For programs; the message is for people. */
  readonly code: TrainerErrorCode;

  constructor(code: TrainerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TrainerError';
    this.code = code;
  }
}

export function abortError(): DOMException {
  return new DOMException('The call was cancelled.', 'AbortError');
}

/** The error of a reply from the worker, whose codes are those above and `aborted`. */
export function errorOfReply(reply: { code: string; message: string }): Error {
  if (reply.code === 'aborted') return abortError();
  return new TrainerError(reply.code as TrainerErrorCode, reply.message);
}
