/**
 * @typedef {object} Step
 * @property {string} name what it provides: 'Emscripten 3.1.69'
 * @property {() => boolean | Promise<boolean>} [isDone] quick, without side effects
 * @property {string} doing what running it does: "unpacking Debian 13's packages"
 * @property {() => Promise<void>} run
 */

/**
 * Runs the steps that are not done yet, one line a step.
 * @param {readonly Step[]} steps
 */
export async function runSteps(steps) {
  for (const [index, step] of steps.entries()) {
    process.stdout.write(`[${index + 1}/${steps.length}] ${step.name}: `);
    if (await step.isDone?.()) {
      console.log('ready');
      continue;
    }
    process.stdout.write(`${step.doing} ... `);
    const seconds = stopwatch();
    try {
      await step.run();
    } catch (error) {
      console.log('failed');
      throw error;
    }
    if ((await step.isDone?.()) === false) throw new Error(`${step.name} is still not done`);
    console.log(seconds());
  }
}

/** @returns {() => string} the time since then, in words */
export function stopwatch() {
  const start = performance.now();
  return () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
