import { expect, it } from 'vitest';
import { errorOfReply, TrainerError } from '../../../web/lib/errors.js';
import { asFailure, Failure, invoke } from '../../../web/worker/failure.js';

it('turns replies into errors with a code', () => {
  const error = errorOfReply({ code: 'corrupt-image', message: 'The JPEG ends early.' });
  expect(error).toBeInstanceOf(TrainerError);
  expect(error).toMatchObject({ code: 'corrupt-image', message: 'The JPEG ends early.' });
});

it('turns a cancel into an AbortError', () => {
  const error = errorOfReply({ code: 'aborted', message: '' });
  expect(error).toBeInstanceOf(DOMException);
  expect(error.name).toBe('AbortError');
});

it('keeps the cause', () => {
  const cause = new Error('why');
  expect(new TrainerError('internal', 'what', { cause })).toMatchObject({ cause });
});

it("tells the core's errors from its crashes", () => {
  const refused = () =>
    invoke(() => ({ ok: false, code: 'invalid-state', message: 'train first' }));
  expect(refused).toThrow(
    expect.objectContaining({ code: 'invalid-state', message: 'Train first.' }),
  );
  const crash = () =>
    invoke(() => {
      throw new WebAssembly.RuntimeError('unreachable');
    });
  expect(crash).toThrow(expect.objectContaining({ code: 'crashed' }));
});

it('makes a failure of anything', () => {
  const failure = new Failure('diverged', 'NaN');
  expect(asFailure(failure)).toBe(failure);
  expect(asFailure(new DOMException('', 'AbortError')).code).toBe('aborted');
  expect(asFailure('text')).toMatchObject({ code: 'internal', message: 'text' });
});
