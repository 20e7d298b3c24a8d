import { UserError } from './fail.mjs';

/**
 * Runs a tool's main function. An error ends the program with code 1: a UserError as plain words,
 * anything else, which is a fault of ours, with its stack.
 * @param {() => Promise<void>} main
 */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    if (error instanceof UserError) {
      console.error(`\n${error.message}`);
      if (error.help) console.error(error.help);
    } else {
      console.error(error);
    }
    process.exitCode = 1;
  }
}
