import type { HostLayout } from '../../core/compile/host/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import { followWal, type WalState } from '../../core/recovery/index.ts';
import { asSuperuser } from '../host/cluster.ts';

interface ArchiverRow {
  readonly archive_mode: string;
  readonly last_archived_time: Date | null;
  readonly last_failed_time: Date | null;
  readonly failed_count: string;
  readonly waiting: string;
  readonly segment_bytes: string;
}

const instantOf = (date: Date | null): Temporal.Instant | undefined =>
  date === null ? undefined : Temporal.Instant.fromEpochMilliseconds(date.getTime());

/** What PostgreSQL says about its archiving, together with the chain that the repository has. */
export async function readWalState(
  layout: HostLayout,
  from: string | undefined,
  archived: readonly string[],
): Promise<WalState> {
  const [row] = await asSuperuser(
    layout,
    (sql) => sql<ArchiverRow[]>`
      select current_setting('archive_mode') as archive_mode, last_archived_time, last_failed_time, failed_count::text,
        (select count(*) from pg_ls_archive_statusdir() where name like '%.ready')::text as waiting,
        (select setting from pg_settings where name = 'wal_segment_size') as segment_bytes
      from pg_stat_archiver`,
  );
  const chain = from === undefined ? undefined : followWal(from, archived, Number(row?.segment_bytes));
  return {
    isArchiving: row !== undefined && row.archive_mode !== 'off',
    lastArchivedAt: instantOf(row?.last_archived_time ?? null),
    lastFailedAt: instantOf(row?.last_failed_time ?? null),
    failedCount: Number(row?.failed_count ?? 0),
    waitingSegments: Number(row?.waiting ?? 0),
    gaps: chain?.gaps ?? [],
    reaches: chain?.reaches,
  };
}

/** Commits a mark, closes its segment, and answers when it was committed and which segment it is in. */
export async function writeMark(
  layout: HostLayout,
): Promise<{ readonly at: Temporal.Instant; readonly segment: string }> {
  const [row] = await asSuperuser(layout, async (sql) => {
    // Two commits: recovery stops before the first one after its target, so the second makes the first reachable.
    const [at] = await sql<{ at: Date }[]>`
      select clock_timestamp() as at, pg_logical_emit_message(true, 'plimsoll', 'mark')`;
    await sql`select pg_sleep(0.01), pg_logical_emit_message(true, 'plimsoll', 'after the mark')`;
    const [switched] = await sql<{ segment: string }[]>`select pg_walfile_name(pg_switch_wal()) as segment`;
    return [{ at: at?.at ?? new Date(0), segment: switched?.segment ?? '' }];
  });
  const at = Temporal.Instant.fromEpochMilliseconds(row?.at.getTime() ?? 0);
  return { at, segment: row?.segment ?? '' };
}

/**
 * pgBackRest writes the names of databases into its manifest, a line for each: one with a line break in it makes a backup that
 * pgBackRest itself cannot read. Throws BACKUP_FAILED for such a name, before anything is copied.
 */
export async function requireReadableNames(layout: HostLayout): Promise<void> {
  // Where PostgreSQL does not answer, pgBackRest says so in its own words.
  const names = await asSuperuser(
    layout,
    (sql) => sql<{ name: string }[]>`select datname as name from pg_database`,
  ).catch(() => []);
  const broken = names.find(({ name }) => /[\r\n]/.test(name));
  if (broken === undefined) return;
  throw new Fault(
    'BACKUP_FAILED',
    `The name of the database ${JSON.stringify(broken.name)} has a line break in it: pgBackRest could not restore a backup of ` +
      'its cluster. Rename it with ALTER DATABASE, or take a dump (`--method logical`).',
  );
}
