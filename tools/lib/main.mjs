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
    if (error instanceof UserError) {
      console.error(`\n${error.message}`);
      if (error.help) console.error(error.help);
    } else {
      console.error(error);
    }
    process.exitCode = 1;
  }
}
