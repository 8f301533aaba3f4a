/** What vitest's JSON report says, as far as the closing lines of `make test` need it. */
import { relative } from 'node:path';

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

export interface FailedTest {
  /** From the project's root. */
  readonly file: string;
  readonly test: string;
  /** What it said before where it was said, in one line of at most 900 characters. */
  readonly message: string;
}

/** Of something longer its beginning and its end: the reason often stands last. */
function withoutMiddle(text: string): string {
  return text.length <= 900 ? text : `${text.slice(0, 300)} … ${text.slice(-597)}`;
}

function inOneLine(text: string | undefined): string {
  const lines = (text ?? 'no message').split('\n');
  const stack = lines.findIndex((line) => /^\s+at /.test(line));
  const said = stack > 0 ? lines.slice(0, stack) : lines;
  return withoutMiddle(said.flatMap((line) => line.trim() || []).join(' ⏎ '));
}

/** The tests that failed; a file that failed outside its tests (a hook, an import) is one failure of its own. */
export function failuresOf(report: string | undefined, root: string): readonly FailedTest[] {
  if (report === undefined) return [];
  return (JSON.parse(report) as VitestReport).testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length > 0) {
      return failed.map((test) => ({ file, test: test.fullName, message: inOneLine(test.failureMessages?.[0]) }));
    }
    return status === 'failed' ? [{ file, test: 'outside its tests', message: inOneLine(message) }] : [];
  });
}

/** How many passed, failed and were skipped; an exit code that no failed test explains is one failure. */
export function countsOf(report: string | undefined, exitCode: number) {
  const counts = report === undefined ? undefined : (JSON.parse(report) as VitestReport);
  const failed = counts?.numFailedTests ?? 0;
  return {
    passed: counts?.numPassedTests ?? 0,
    failed: exitCode !== 0 && failed === 0 ? 1 : failed,
    skipped: (counts?.numPendingTests ?? 0) + (counts?.numTodoTests ?? 0),
  };
}
