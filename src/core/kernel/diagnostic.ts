/** Something wrong or doubtful in what the user declared. Collected, never thrown. */
export interface Diagnostic {
  /** Stable, upper-case, documented in docs/reference/diagnostics.md. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** Path of the file relative to the estate directory. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  readonly message: string;
  /** What to do about it, as a sentence. */
  readonly hint: string;
}

/** Errors before warnings within a file; files and places in reading order, so that two runs print the same. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    a.file.localeCompare(b.file) ||
    a.line - b.line ||
    a.column - b.column ||
    a.code.localeCompare(b.code) ||
    a.message.localeCompare(b.message)
  );
}
