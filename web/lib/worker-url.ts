import url from '../worker/main.ts?worker&url';

/** Address of the worker's script: a file of its own beside the module. */
export const workerUrl = url;
