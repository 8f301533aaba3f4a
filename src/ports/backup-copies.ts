/** What a copy to another repository did. */
export interface CopyReport {
  /** Backups that are in both now and were not before. */
  readonly copied: readonly string[];
  /** Backups that were in both before. */
  readonly present: readonly string[];
  /** Backups of the source that are not believed, and therefore not copied. */
  readonly refused: readonly { readonly id: string; readonly detail: string }[];
  readonly pieces: number;
  readonly bytes: number;
  /** Pieces read back from the copy and proven; zero where no identity is at hand. */
  readonly proven: number;
}

/** Copies backups from one repository to another, sealed as they are: nothing is opened, nothing signed anew. */
export interface BackupCopier {
  /**
   * Copies every backup of the environment that the target lacks, oldest first. Safe to be killed and run again: what arrived is not
   * sent twice. Throws CONTENT_MISSING or CONTENT_ALTERED where source or copy is not whole; such a backup is never listed at the target.
   */
  copy(options: {
    readonly environment: string;
    /** Only these; all of them where it is absent. */
    readonly ids?: readonly string[] | undefined;
    readonly report?: ((done: { readonly bytes: number; readonly detail: string }) => void) | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<CopyReport>;
}
