export type FindingSeverity = 'info' | 'warning' | 'critical';

/** A stored, addressable result about a running estate. Same `key` means the same finding seen again. */
export interface FindingDraft {
  /** `code` plus subject, unique within its source: how a later look recognises the same finding. */
  readonly key: string;
  readonly code: string;
  readonly severity: FindingSeverity;
  /** `null` where it is about the estate as a whole. */
  readonly environment: string | null;
  readonly subject: string;
  readonly reason: string;
  readonly action: string;
  readonly evidence: Readonly<Record<string, string | number | boolean | null>>;
}

export interface Finding extends FindingDraft {
  readonly id: string;
  /** Who looks for it: `estate`, `health`, `collector` … A source only ever closes its own findings. */
  readonly source: string;
  readonly openedAt: Temporal.Instant;
  readonly lastSeenAt: Temporal.Instant;
  readonly closedAt: Temporal.Instant | null;
}
