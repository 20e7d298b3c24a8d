import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Something to measure again and again.
 * @typedef {object} Measure
 * @property {string} id
 * @property {string} name for people
 * @property {string} unit
 * @property {'lower' | 'higher'} better
 * @property {() => Promise<number>} run
 */

/** @typedef {Measure & { values: number[] }} Measured */
/** @typedef {{ name: string, reason: string }} Missing */

/** Milliseconds between measures, in which a page that was closed or threads that spin come to rest. */
const REST = 300;

/**
 * Takes every measure once a round, one after the other, so that what disturbs the machine disturbs
 * all alike. One that fails is left out of the further rounds.
 * @param {readonly Measure[]} measures
 * @param {object} options
 * @param {number} options.rounds that count
 * @param {number} options.warmUps before them
 * @param {(round: number) => void} [options.onRound]
 * @returns {Promise<{ measured: Measured[], missing: Missing[] }>}
 */
export async function runRounds(measures, { rounds, warmUps, onRound }) {
  /** @type {Missing[]} */
  const missing = [];
  let measured = measures.map((measure) => ({ ...measure, values: /** @type {number[]} */ ([]) }));
  for (let round = -warmUps; round < rounds; ++round) {
    onRound?.(round);
    for (const measure of measured) {
      await sleep(REST);
      try {
        const value = await measure.run();
        if (round >= 0) measure.values.push(value);
      } catch (error) {
        missing.push({ name: measure.name, reason: reasonOf(error) });
      }
    }
    measured = measured.filter(({ name }) => !missing.some((item) => item.name === name));
  }
  return { measured, missing };
}

/** The sentence in an error that came out of a page. @param {unknown} error */
export function reasonOf(error) {
  const message = error instanceof Error ? error.message : String(error);
  return String(message.split('\n')[0]).replace(/^page\.evaluate: (\w*Error: )?/, '');
}
