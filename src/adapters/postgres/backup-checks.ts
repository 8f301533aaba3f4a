import { z } from 'zod';
import { storable } from '../../core/kernel/index.ts';
import { type BackupCheck, damageStates, verifiedParts } from '../../core/recovery/index.ts';
import type { BackupCheckStore, RepositorySizeStore } from '../../ports/backup-check-store.ts';
import type { Sql } from './connect.ts';

const instant = z.instanceof(Temporal.Instant);

const checkRow = z
  .object({
    environment: z.string(),
    repository: z.string(),
    backup: z.string(),
    checked_at: instant,
    is_intact: z.boolean(),
    files: z.coerce.number(),
    bytes: z.coerce.number(),
    problem_count: z.coerce.number(),
    problems: z.array(
      z.object({
        what: z.enum(verifiedParts),
        name: z.string(),
        state: z.enum(damageStates),
        detail: z.string(),
      }),
    ),
  })
  .transform(({ checked_at, is_intact, problem_count, ...rest }): BackupCheck => {
    return { ...rest, checkedAt: checked_at, isIntact: is_intact, problemCount: problem_count };
  });

const sizeRow = z.object({ at: instant, bytes: z.coerce.number() });

/** Checks of content in PostgreSQL. */
export function createBackupChecks(sql: Sql): BackupCheckStore {
  return {
    async record({ environment, repository, backup, checkedAt, isIntact, files, bytes, problemCount, problems }) {
      await sql`
        INSERT INTO plimsoll.backup_check
          (environment, repository, backup, checked_at, is_intact, files, bytes, problem_count, problems)
        VALUES (${environment}, ${repository}, ${backup}, ${checkedAt}, ${isIntact}, ${files}, ${bytes}, ${problemCount},
                ${sql.json(storable([...problems]) as never)})
        ON CONFLICT (environment, repository, backup) DO UPDATE SET
          checked_at = excluded.checked_at, is_intact = excluded.is_intact, files = excluded.files,
          bytes = excluded.bytes, problem_count = excluded.problem_count, problems = excluded.problems`;
    },
    async list(environment) {
      const rows = await sql`
        SELECT * FROM plimsoll.backup_check WHERE environment = ${environment} ORDER BY checked_at DESC, backup`;
      return rows.map((row) => checkRow.parse(row));
    },
    async forget({ environment, repository, backup }) {
      await sql`
        DELETE FROM plimsoll.backup_check
        WHERE environment = ${environment} AND repository = ${repository} AND backup = ${backup}`;
    },
  };
}

/** Sizes of repositories in PostgreSQL. */
export function createRepositorySizes(sql: Sql): RepositorySizeStore {
  return {
    async record(repository, { at, bytes }) {
      await sql`
        INSERT INTO plimsoll.repository_size (repository, at, bytes) VALUES (${repository}, ${at}, ${bytes})
        ON CONFLICT DO NOTHING`;
    },
    async list(repository, limit) {
      const rows = await sql`
        SELECT at, bytes FROM plimsoll.repository_size WHERE repository = ${repository} ORDER BY at DESC LIMIT ${limit}`;
      return rows.map((row) => sizeRow.parse(row)).reverse();
    },
    async prune(before) {
      const gone = await sql`DELETE FROM plimsoll.repository_size WHERE at < ${before}`;
      return gone.count;
    },
  };
}
