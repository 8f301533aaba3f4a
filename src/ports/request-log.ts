/** What was written to a log since the last read. */
export interface LogChunk {
  /** Whole lines only; the beginning of a line that is still being written is kept for the next read. */
  readonly lines: readonly string[];
  /** Bytes that were left out: skipped to catch up, or of lines longer than anything Odoo means to be read. */
  readonly skippedBytes: number;
  /** Whether there is more than one read takes. */
  readonly hasMore: boolean;
}

/**
 * Follows a log through rotation, truncation and restarts. The first read ever begins at the end of the file.
 * Throws `Fault` SOURCE_UNREADABLE when the file cannot be read.
 */
export interface RequestLog {
  readNew(): Promise<LogChunk>;
  /** Where reading stands, to go on after a restart. */
  readonly position: string | undefined;
  /** Lets go of the file; the next read opens it again. */
  close(): Promise<void>;
}
