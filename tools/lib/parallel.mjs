import { availableParallelism } from 'node:os';

export const CORES = availableParallelism();

/**
 * Runs a function over items, a few at a time, in their order. The first error is thrown when the
 * calls under way have ended; no further ones are started then.
 * @template Item, Result
 * @param {readonly Item[]} items
 * @param {number} limit
 * @param {(item: Item) => Promise<Result>} call
 * @returns {Promise<Result[]>} in the order of the items
 */
export async function mapLimited(items, limit, call) {
  /** @type {Result[]} */
  const results = [];
  let next = 0;
  /** @type {unknown[]} */
  const errors = [];
  const worker = async () => {
    while (next < items.length && errors.length === 0) {
      const index = next++;
      try {
        results[index] = await call(/** @type {Item} */ (items[index]));
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  if (errors.length > 0) throw errors[0];
  return results;
}
