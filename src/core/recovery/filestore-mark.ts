import { z } from 'zod';
import { canonicalJson, type LedgerValue } from '../ledger/index.ts';
import type { FilestoreSet, StoredFile } from './manifest.ts';
import { bytesSchema, fileSchema, instantSchema, type PieceList, pieceListSchema } from './manifest-format.ts';

/**
 * Continues the files of a physical backup: what came since, so that a later instant has its files too. The log goes on by
 * itself; without this, what it brings back would name files that are nowhere. The newest one holds all that the earlier ones held.
 */
export interface FilestoreMark {
  readonly format: 1;
  readonly environment: string;
  /** The backup that it continues. */
  readonly backup: string;
  /** Every file that the database names at this instant is in the set of the backup or in this one. */
  readonly at: Temporal.Instant;
  /** The segment and the history that the instant lies in. */
  readonly segment: string;
  readonly timeline: number;
  /** The files that the set of the backup does not have. */
  readonly filestore: FilestoreSet;
  /** The attachments that use those files at this instant, as a physical backup keeps them; absent in older ones. */
  readonly attachments?: StoredFile | undefined;
}

/** A mark as it is published: with the list of its pieces, under one signature. */
export interface PublishedMark {
  readonly mark: FilestoreMark;
  readonly pieces: PieceList;
}

const published = z.strictObject({
  mark: z.strictObject({
    format: z.literal(1),
    environment: z.string(),
    backup: z.string(),
    at: instantSchema,
    segment: z.string().regex(/^[0-9A-F]{24}$/),
    timeline: z.int().positive(),
    filestore: z.strictObject({
      index: fileSchema,
      files: z.int().nonnegative(),
      bytes: bytesSchema,
      missing: z.array(z.string()),
    }),
    attachments: fileSchema.optional(),
  }),
  pieces: pieceListSchema,
});

/** The bytes that are signed, as text. */
export function formatMark({ mark, pieces }: PublishedMark): string {
  return canonicalJson({ mark: { ...mark, at: mark.at.toString() }, pieces } as unknown as LedgerValue);
}

/** Reads a published mark; `undefined` where the text is none. */
export function parseMark(text: string): PublishedMark | undefined {
  try {
    return published.parse(JSON.parse(text));
  } catch {
    // Whoever asks says which mark it was: that is all there is to tell about a text that is none.
    return undefined;
  }
}
