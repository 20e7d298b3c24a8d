/**
 * How many test cases ended how.
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/** @param {readonly Counts[]} list @returns {Counts} */
export function sum(list) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of list) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  return total;
}

/**
 * Cases of GoogleTest programs, from what they printed. ctest counts programs.
 * @param {string} junit what `ctest --output-junit` wrote
 * @returns {Counts}
 */
export function countGoogleTests(junit) {
  const programs = junit.split('<testcase ').slice(1);
  return sum(
    programs.map((program) => {
      const number = (/** @type {string} */ word) =>
        Number(new RegExp(`^\\[ *${word} *\\] (\\d+) tests?[.,]`, 'm').exec(program)?.[1] ?? 0);
      const failed = number('FAILED');
      // A program that crashed, or that a sanitizer ended, has failed whatever it had printed.
      const isFailed = /\bstatus="fail"/.test(program);
      return {
        passed: number('PASSED'),
        failed: isFailed ? Math.max(failed, 1) : failed,
        skipped: number('SKIPPED'),
      };
    }),
  );
}

/**
 * @param {string} json what Vitest's JSON reporter wrote
 * @returns {Counts}
 */
export function countVitest(json) {
  const report = JSON.parse(json);
  // A file that cannot be loaded has no cases and has failed all the same.
  const unloaded = report.testResults.filter(
    (/** @type {any} */ file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * @param {string} json what Playwright's JSON reporter wrote
 * @returns {Counts}
 */
export function countPlaywright(json) {
  const { stats, errors } = JSON.parse(json);
  // A test that passes only at the second try is not one to trust.
  const failed = stats.unexpected + stats.flaky + errors.length;
  return { passed: stats.expected, failed, skipped: stats.skipped };
}
