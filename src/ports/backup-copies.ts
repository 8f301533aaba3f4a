import type { Secret } from '../core/kernel/index.ts';
import type { PhysicalDatabase } from '../core/recovery/index.ts';

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
   * sent twice. One copy of an environment at a time: BACKUP_UNDER_WAY with who copies. Throws CONTENT_MISSING or CONTENT_ALTERED where source or copy is not whole; such a backup is never listed at the target.
   */
  copy(options: {
    readonly environment: string;
    /** Only these; all of them where it is absent. */
    readonly ids?: readonly string[] | undefined;
    readonly report?: ((done: { readonly bytes: number; readonly detail: string }) => void) | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<CopyReport>;
}

export interface StanzaCopyOptions {
  /** The backups, with those that they need. */
  readonly labels: readonly string[];
  /** The log is copied from here on, to its end. */
  readonly walStart: string;
  readonly report?: ((done: { readonly bytes: number; readonly detail: string }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface StanzaCopied {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Copies what pgBackRest keeps of physical backups to where the target keeps its own. The passphrase is the one that the
 * backup carries; `undefined` where no identity is at hand to read it. Safe to be killed and run again. Throws
 * REPOSITORY_INVALID where something else lies there, CONTENT_MISSING and CONTENT_ALTERED where source or copy is not whole,
 * SECRET_UNRESOLVED without a passphrase.
 */
export type CopyStanza = (
  request: { readonly database: PhysicalDatabase; readonly passphrase: Secret | undefined } & StanzaCopyOptions,
) => Promise<StanzaCopied>;

/** How physical backups get from one repository to another, or why they cannot. */
export type StanzaCopier = { readonly copyStanza: CopyStanza } | { readonly cannot: string };
