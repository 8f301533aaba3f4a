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
      assertionResults: [{ fullName: 'breaks', status: 'failed', failureMessages: ['expected 1\nto be 2\n  at here'] }],
    },
    { name: '/p/c.test.ts', status: 'failed', message: 'hook timed out', assertionResults: [] },
  ],
});

test('each failed test is named with its file and its whole message, without the stack', () => {
  expect(failuresOf(report, '/p')).toEqual([
    { file: 'b.test.ts', test: 'breaks', message: 'expected 1 ⏎ to be 2' },
    { file: 'c.test.ts', test: 'outside its tests', message: 'hook timed out' },
  ]);
});

test('of a long message its beginning and its end are told', () => {
  const said = `2: begins ${'x'.repeat(5_000)} ends with the reason`;
  const [failure] = failuresOf(report.replace('hook timed out', said), '/p').slice(-1);
  expect(failure?.message).toMatch(/^2: begins x+ … x+ ends with the reason$/);
  expect(failure?.message).toHaveLength(900);
});

test('an exit code that no failed test explains counts as a failure', () => {
  expect(countsOf(report, 1)).toEqual({ passed: 3, failed: 1, skipped: 1 });
  expect(countsOf(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(countsOf(undefined, 0)).toEqual({ passed: 0, failed: 0, skipped: 0 });
});
