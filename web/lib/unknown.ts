import type { Prediction } from './types.js';

/**
 * Whether an image, by its predictions, is like none of the classes: see `distance` of
 * {@link Prediction}. Null when `fit` held no images back, so that nothing can be said.
 */
export function isUnknown(predictions: Prediction[]): boolean | null {
  if (predictions.some(({ distance }) => distance === null)) return null;
  return predictions.every(({ distance }) => (distance as number) > 1);
}
