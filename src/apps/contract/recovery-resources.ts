import { z } from '@hono/zod-openapi';

const instant = z.iso.datetime();

/** One attempt at a backup. What can be restored is what the repository lists; this is what happened. */
export const backupRun = z
  .object({
    id: z.string(),
    environment: z.string(),
    repository: z.string(),
    method: z.enum(['logical', 'physical']),
    state: z.enum(['running', 'succeeded', 'failed', 'withdrawn']),
    startedAt: instant,
    finishedAt: instant.nullable(),
    reason: z.string().nullable(),
    /** While it runs. */
    progress: z
      .object({
        phase: z.string(),
        doneBytes: z.number(),
        totalBytes: z.number().nullable(),
        bytesPerSecond: z.number(),
        secondsLeft: z.number().nullable(),
      })
      .nullable(),
    figures: z
      .object({
        databaseBytes: z.number(),
        filestoreFiles: z.number(),
        filestoreBytes: z.number(),
        /** Files that were lost at the source before the backup. */
        missingFiles: z.number(),
        addedBytes: z.number(),
      })
      .nullable(),
  })
  .openapi('BackupRun');
