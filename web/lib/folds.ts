import type { CrossValidation, Fold } from './types.js';

/** Mean and spread of the folds' scores. */
export function summarizeFolds(folds: Fold[]): CrossValidation {
  const accuracies = folds.map(({ accuracy }) => accuracy);
  const accuracy = meanOf(accuracies);
  const squares = accuracies.map((each) => (each - accuracy) ** 2);
  const accuracyStd = Math.sqrt((meanOf(squares) * folds.length) / (folds.length - 1));
  return { folds, accuracy, accuracyStd, loss: meanOf(folds.map(({ loss }) => loss)) };
}

function meanOf(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
