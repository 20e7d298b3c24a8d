/** @typedef {import('./measure.mjs').Run} Run */

/**
 * The trainings of one setting over all seeds; accuracies in percent. `gain` is the mean over seeds
 * of the difference from the training without views on the same photos, `gainError` its standard
 * error.
 * @typedef {object} Setting
 * @property {number} perClass 0: all photos
 * @property {number} views
 * @property {number} seeds
 * @property {number} mean
 * @property {number} deviation
 * @property {number} loss mean
 * @property {number} gain
 * @property {number} gainError
 */

/** @param {readonly Run[]} runs @returns {Setting[]} in the order in which they were run */
export function summarize(runs) {
  const keys = [...new Set(runs.map(({ perClass, views }) => `${perClass} ${views}`))];
  const settings = keys.map((key) => {
    const [perClass = 0, views = 0] = key.split(' ').map(Number);
    return describe(perClass, views, runs);
  });
  const sizes = [...new Set(settings.map(({ perClass }) => perClass))];
  return sizes.flatMap((size) => settings.filter(({ perClass }) => perClass === size));
}

/** @param {number} perClass @param {number} views @param {readonly Run[]} runs @returns {Setting} */
function describe(perClass, views, runs) {
  const ofSize = runs.filter((run) => run.perClass === perClass);
  const chosen = ofSize.filter((run) => run.views === views);
  const accuracies = chosen.map(({ accuracy }) => 100 * accuracy);
  const gains = chosen.map(({ seed, accuracy }) => {
    const without = ofSize.find((run) => run.seed === seed && run.views === 0);
    return 100 * (accuracy - (without?.accuracy ?? Number.NaN));
  });
  return {
    ...{ perClass, views, seeds: chosen.length },
    mean: mean(accuracies),
    deviation: deviation(accuracies),
    loss: mean(chosen.map(({ loss }) => loss)),
    gain: mean(gains),
    gainError: deviation(gains) / Math.sqrt(gains.length),
  };
}

/** @param {readonly number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a sample: divided by n - 1. @param {readonly number[]} values */
function deviation(values) {
  const centre = mean(values);
  return Math.sqrt(
    mean(values.map((value) => (value - centre) ** 2)) * (values.length / (values.length - 1)),
  );
}
