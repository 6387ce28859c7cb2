import { expect, test } from 'vitest';
import { closingLine, countsOfReport, sumOf } from '../setup/counts.ts';

const report = (counts: Record<string, number>, ...files: { status: string; tests: number }[]) =>
  JSON.stringify({
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    ...counts,
    testResults: files.map(({ status, tests }) => ({ status, assertionResults: Array(tests).fill({}) })),
  });

test('the closing line sums over the runs, and tests still to write count as skipped', () => {
  const runs = [
    report({ numPassedTests: 3, numPendingTests: 1, numTodoTests: 2 }, { status: 'passed', tests: 6 }),
    report({ numPassedTests: 4, numFailedTests: 1 }, { status: 'failed', tests: 5 }),
  ];
  expect(closingLine(sumOf(runs.map(countsOfReport)))).toBe('7 passed, 1 failed, 3 skipped');
});

test('a test file that does not load counts as a failure', () => {
  const text = report({ numPassedTests: 2 }, { status: 'passed', tests: 2 }, { status: 'failed', tests: 0 });
  expect(countsOfReport(text)).toEqual({ passed: 2, failed: 1, skipped: 0 });
});

test.each([undefined, '', '{', '{"success":true}'])(
  'a run without a readable report (%j) counts as a failure',
  (text) => {
    expect(countsOfReport(text).failed).toBe(1);
  },
);
