import { UserError } from './fail.mjs';

/**
 * Runs a tool's main function. An error ends the program with code 1: a UserError as plain words,
 * anything else, which is a fault of ours, with its stack.
 * @param {() => Promise<void>} main
 */
export async function runMain(main) {
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143 })) {
    process.once(signal, () => process.exit(code)); // so that what happens at the end happens
  }
  try {
    await main();
  } catch (error) {
    console.error(inWords(error));
    process.exitCode = 1;
  }
}

/** @param {any} error */
function inWords(error) {
  if (error instanceof UserError) return ['', error.message, error.help ?? ''].join('\n').trimEnd();
  if (String(error?.code).startsWith('ERR_PARSE_ARGS')) return error.message;
  return error;
}
