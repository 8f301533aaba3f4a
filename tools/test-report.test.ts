import { expect, test } from 'vitest';
import { countsOf, failuresOf } from './test-report.ts';

const report = JSON.stringify({
  numPassedTests: 3,
  numFailedTests: 1,
  numPendingTests: 1,
  numTodoTests: 0,
  testResults: [
    { name: '/p/a.test.ts', status: 'passed', assertionResults: [{ fullName: 'fine', status: 'passed' }] },
    {
      name: '/p/b.test.ts',
      status: 'failed',
      assertionResults: [{ fullName: 'breaks', status: 'failed', failureMessages: ['expected 1\n  at here'] }],
    },
    { name: '/p/c.test.ts', status: 'failed', message: 'hook timed out', assertionResults: [] },
  ],
});

test('each failed test is named with its file and the first line of its message', () => {
  expect(failuresOf(report, '/p')).toEqual([
    { file: 'b.test.ts', test: 'breaks', message: 'expected 1' },
    { file: 'c.test.ts', test: 'outside its tests', message: 'hook timed out' },
  ]);
});

test('an exit code that no failed test explains counts as a failure', () => {
  expect(countsOf(report, 1)).toEqual({ passed: 3, failed: 1, skipped: 1 });
  expect(countsOf(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(countsOf(undefined, 0)).toEqual({ passed: 0, failed: 0, skipped: 0 });
});
