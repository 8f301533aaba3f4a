import { z } from 'zod';
import { storable } from '../../core/kernel/index.ts';
import { type BackupRun, backupPhases, coverageParts } from '../../core/recovery/index.ts';
import type { BackupRunStore } from '../../ports/recovery-store.ts';
import type { Sql } from './connect.ts';

const instant = z.instanceof(Temporal.Instant);

const progress = z.object({
  phase: z.enum(backupPhases),
  doneBytes: z.number(),
  totalBytes: z.number().nullable(),
  bytesPerSecond: z.number(),
  secondsLeft: z.number().nullable(),
});

const written = z.string().transform((text) => Temporal.Instant.from(text));

const restores = z.object({
  consistentAt: written,
  lastBusinessRowAt: written.nullable(),
  sourceBytes: z.number(),
  odooVersion: z.string(),
  keys: z.number(),
  coverage: z.array(z.object({ part: z.enum(coverageParts), isCovered: z.boolean(), why: z.string() })),
  software: z.array(z.object({ name: z.string(), version: z.string() })).optional(),
});

const figures = z.object({
  databaseBytes: z.number(),
  filestoreFiles: z.number(),
  filestoreBytes: z.number(),
  missingFiles: z.number(),
  addedBytes: z.number(),
  restores: restores.optional(),
});

const backupRow = z
  .object({
    id: z.string(),
    environment: z.string(),
    repository: z.string(),
    method: z.enum(['logical', 'physical']),
    kind: z.enum(['full', 'differential', 'incremental']),
    state: z.enum(['running', 'succeeded', 'failed', 'cancelled', 'withdrawn']),
    started_at: instant,
    finished_at: instant.nullable(),
    reason: z.string().nullable(),
    progress: progress.nullable(),
    figures: figures.nullable(),
    seen_at: instant,
    reaches_until: instant.nullable(),
  })
  .transform(({ started_at, finished_at, seen_at, reaches_until, ...rest }): BackupRun => {
    const run = { ...rest, startedAt: started_at, finishedAt: finished_at, seenAt: seen_at };
    return reaches_until === null ? run : { ...run, reachesUntil: reaches_until };
  });

/** Attempts at backups in PostgreSQL. */
export function createBackupRuns(sql: Sql): BackupRunStore {
  const json = (value: object | null) => (value === null ? null : sql.json({ ...value }));
  return {
    async begin(run) {
      await sql`
        INSERT INTO plimsoll.backup_run
          (id, environment, repository, method, kind, state, started_at, finished_at, reason, progress, figures, seen_at)
        VALUES (${run.id}, ${run.environment}, ${run.repository}, ${run.method}, ${run.kind}, ${run.state},
                ${run.startedAt}, ${run.finishedAt}, ${storable(run.reason)}, ${json(run.progress)}, ${json(run.figures)}, ${run.seenAt})
        ON CONFLICT (id) DO UPDATE SET
          repository = excluded.repository, method = excluded.method, kind = excluded.kind, state = excluded.state, started_at = excluded.started_at,
          finished_at = excluded.finished_at, reason = excluded.reason, progress = excluded.progress,
          figures = excluded.figures, seen_at = excluded.seen_at`;
    },
    async progress(id, current, at) {
      await sql`
        UPDATE plimsoll.backup_run SET progress = ${json(current)}, seen_at = ${at}
        WHERE id = ${id} AND state = 'running'`;
    },
    async end({ id, state, finishedAt, reason, figures: reached }) {
      const isFailure = state === 'failed' || state === 'cancelled';
      const ended = await sql`
        UPDATE plimsoll.backup_run SET state = ${state}, finished_at = ${finishedAt}, reason = ${storable(reason)},
          progress = NULL, figures = coalesce(${json(reached)}::jsonb, figures), seen_at = ${finishedAt}
        WHERE id = ${id} AND (state <> 'succeeded' OR NOT ${isFailure})`;
      return ended.count > 0;
    },
    async reach(id, until) {
      await sql`
        UPDATE plimsoll.backup_run SET reaches_until = greatest(reaches_until, ${until}) WHERE id = ${id}`;
    },
    async get(id) {
      const [row] = await sql`SELECT * FROM plimsoll.backup_run WHERE id = ${id}`;
      return row === undefined ? undefined : backupRow.parse(row);
    },
    async list({ environment, state, limit }) {
      const rows = await sql`
        SELECT * FROM plimsoll.backup_run
        WHERE ${environment === undefined ? sql`true` : sql`environment = ${environment}`}
          AND ${state === undefined ? sql`true` : sql`state = ${state}`}
        ORDER BY started_at DESC, id DESC LIMIT ${limit}`;
      return rows.map((row) => backupRow.parse(row));
    },
    async newestGood() {
      const rows = await sql`
        SELECT DISTINCT ON (environment) * FROM plimsoll.backup_run WHERE state = 'succeeded'
        ORDER BY environment, started_at DESC, id DESC`;
      return rows.map((row) => backupRow.parse(row));
    },
    async prune(before) {
      const gone = await sql`
        DELETE FROM plimsoll.backup_run WHERE state IN ('failed', 'cancelled', 'withdrawn') AND finished_at < ${before}`;
      return gone.count;
    },
  };
}
