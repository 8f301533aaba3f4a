import type { Bytes } from '../kernel/index.ts';
import type { AttachmentRow } from './attachment-line.ts';

/** An attachment of Odoo that a damaged file of the filestore belongs to. */
export type DamagedAttachment = Omit<AttachmentRow, 'file'>;

export const verifiedParts = [
  'manifest',
  'dump',
  'database',
  'log',
  'attachments',
  'index',
  'filestore',
  'configuration',
] as const;
export const damageStates = ['missing', 'altered', 'unreadable', 'wrong-key', 'incomplete'] as const;

/** One thing that is not as the manifest promises. */
export interface VerifyProblem {
  readonly what: (typeof verifiedParts)[number];
  /** The file, the segment or pgBackRest's label: `3412.dat`, `a3/a3f1…`, `000000010000000000000005`. */
  readonly name: string;
  readonly state: (typeof damageStates)[number];
  readonly detail: string;
  /** Who uses it, for a file of the filestore. */
  readonly attachments: readonly DamagedAttachment[];
}

/** What a full check of one backup's content showed. */
export interface VerifyReport {
  readonly backup: string;
  readonly environment: string;
  readonly isIntact: boolean;
  /** The key whose signature holds; `null` where none does. */
  readonly signedBy: string | null;
  readonly files: number;
  readonly bytes: Bytes;
  /** The first ones, never all of a million. */
  readonly problems: readonly VerifyProblem[];
  readonly problemCount: number;
  /** What the backup ran with, by name and version; empty where its manifest is not believed. */
  readonly software: readonly { readonly name: string; readonly version: string }[];
  /** Whether the attachments of damaged files could be told: an older physical backup keeps no names of them. */
  readonly namesAttachments: boolean;
}
