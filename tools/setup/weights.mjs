/**
 * The weights that the page starts with. The importer needs npm packages, so it is loaded late.
 * @returns {import('../lib/step.mjs').Step}
 */
export function weights() {
  return {
    name: 'weights',
    isDone: async () => (await import('../weights/store.mjs')).defaultIsReady(),
    doing: 'fetching and importing them',
    run: async () => (await import('../weights/store.mjs')).prepareDefault(),
  };
}
