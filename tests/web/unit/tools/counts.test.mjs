import { describe, expect, test } from 'vitest';
import {
  countGoogleTests,
  countPlaywright,
  countVitest,
  sum,
} from '../../../../tools/test/counts.mjs';

/** A program in ctest's JUnit report. */
function program(status, output) {
  return `\t<testcase name="t" classname="t" time="0.1" status="${status}">
\t\t<system-out>Running main()
[==========] Running 3 tests from 1 test suite.
[ RUN      ] A.B
[       OK ] A.B (0 ms)
${output}</system-out>\n\t</testcase>\n`;
}

describe('GoogleTest', () => {
  test('cases are counted over all programs', () => {
    const report = `<testsuite tests="2">${program('run', '[  PASSED  ] 12 tests.')}${program('run', '[  PASSED  ] 1 test.')}</testsuite>`;
    expect(countGoogleTests(report)).toEqual({ passed: 13, failed: 0, skipped: 0 });
  });

  test('failed and skipped ones are told apart', () => {
    const output = [
      '[  PASSED  ] 7 tests.',
      '[  SKIPPED ] 2 tests, listed below:',
      '[  SKIPPED ] A.C',
      '[  FAILED  ] 1 test, listed below:',
      '[  FAILED  ] A.D',
      '\n 1 FAILED TEST',
    ].join('\n');
    const counts = countGoogleTests(program('fail', output));
    expect(counts).toEqual({ passed: 7, failed: 1, skipped: 2 });
  });

  test('a program that crashed has failed', () => {
    const counts = countGoogleTests(program('fail', 'AddressSanitizer: heap-buffer-overflow'));
    expect(counts).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  test('a program that leaked after its tests has failed', () => {
    const counts = countGoogleTests(program('fail', '[  PASSED  ] 3 tests.\nLeakSanitizer: leaks'));
    expect(counts).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });
});

describe('Vitest', () => {
  const file = { status: 'passed', assertionResults: [{}] };
  const report = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0 };

  test('cases are counted', () => {
    const counts = countVitest(JSON.stringify({ ...report, testResults: [file] }));
    expect(counts).toEqual({ passed: 5, failed: 0, skipped: 1 });
  });

  test('a file that cannot be loaded has failed', () => {
    const testResults = [file, { status: 'failed', assertionResults: [] }];
    expect(countVitest(JSON.stringify({ ...report, testResults })).failed).toBe(1);
  });
});

test('Playwright: a flaky test and an error outside the tests have failed', () => {
  const stats = { expected: 9, unexpected: 1, flaky: 1, skipped: 2 };
  const counts = countPlaywright(JSON.stringify({ stats, errors: [{ message: 'no browser' }] }));
  expect(counts).toEqual({ passed: 9, failed: 3, skipped: 2 });
});

test('counts add up', () => {
  const one = { passed: 1, failed: 2, skipped: 3 };
  expect(sum([one, one])).toEqual({ passed: 2, failed: 4, skipped: 6 });
  expect(sum([])).toEqual({ passed: 0, failed: 0, skipped: 0 });
});
