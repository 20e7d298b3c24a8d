const port = Number(process.env.TABTRAIN_TEST_PORT ?? 8190);

/** Where the tests serve dist/: with the headers of cross-origin isolation, and without. */
export const isolated = `http://127.0.0.1:${port}`;
export const notIsolated = `http://127.0.0.1:${port + 1}`;
