import { expect, test } from 'vitest';
import { reasonOf, runRounds } from '../../../../tools/bench/rounds.mjs';

/** A measure that writes down its calls and counts up. @param {string} id @param {string[]} calls */
function counting(id, calls) {
  let value = 0;
  const run = async () => {
    calls.push(id);
    return ++value;
  };
  return { id, name: id, unit: 'ms', better: 'lower', run };
}

test('measures take turns, and warm-ups do not count', async () => {
  const calls = [];
  const measures = [counting('a', calls), counting('b', calls)];
  const { measured, missing } = await runRounds(measures, { rounds: 2, warmUps: 1 });
  expect(calls.join('')).toBe('ababab');
  expect(measured.map(({ id, values }) => [id, values])).toEqual([
    ['a', [2, 3]],
    ['b', [2, 3]],
  ]);
  expect(missing).toEqual([]);
});

test('one that fails, also late, is missing with its reason, and the others go on', async () => {
  const calls = [];
  let runs = 0;
  const failing = {
    ...counting('bad', calls),
    run: async () => {
      runs += 1;
      if (runs === 2) throw new Error('page.evaluate: TrainerError: It broke.\n    at page');
      return 1;
    },
  };
  const { measured, missing } = await runRounds([failing, counting('good', calls)], {
    rounds: 3,
    warmUps: 0,
  });
  expect(runs).toBe(2);
  expect(measured.map(({ id, values }) => [id, values])).toEqual([['good', [1, 2, 3]]]);
  expect(missing).toEqual([{ name: 'bad', reason: 'It broke.' }]);
});

test('the reason is the sentence, whoever threw it', () => {
  expect(reasonOf(new Error('plain'))).toBe('plain');
  expect(reasonOf(new Error('page.evaluate: Error: in the page\nstack'))).toBe('in the page');
  expect(reasonOf('text')).toBe('text');
});
