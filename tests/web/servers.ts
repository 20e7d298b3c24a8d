/** Where the tests serve dist/: with the headers of cross-origin isolation, and without. */
export const isolated = 'http://127.0.0.1:8190';
export const notIsolated = 'http://127.0.0.1:8191';
