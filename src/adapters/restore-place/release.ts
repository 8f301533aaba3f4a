import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { hostPaths, odooRole } from '../../core/compile/host/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { ReleasedData } from '../../ports/restore-place.ts';
import { asSuperuser, executeFormatted } from '../host/cluster.ts';
import { dropRecord, readRecords, stopProcess } from '../host/processes.ts';
import { recordsOf } from './directory.ts';
import type { Place } from './place.ts';

/** What was not written through is written when the server stops: with a large database that takes its time. */
const stopWithinSeconds = 900;

/**
 * Rewrites every table, so that no file holds what was changed or deleted. The planner's statistics hold samples of every column, and those of a
 * table that was emptied would stay as they are: they are made anew. So does the log hold every row as it was: what it was written to goes.
 */
export async function compactDatabase(place: Place): Promise<void> {
  await asSuperuser(
    place.layout,
    async (sql) => {
      await sql`delete from pg_statistic`;
      await sql`delete from pg_statistic_ext_data`;
      await sql`vacuum (full)`;
      await sql`analyze`;
      await sql`select pg_switch_wal()`;
      await sql`checkpoint`;
    },
    place.databaseName,
  );
}

/** Renames the database and stops the cluster in good order: killed, its files would be worth nothing without `fsync`. */
export async function releasePlace(place: Place, database: string): Promise<ReleasedData> {
  const { layout, directory, databaseName } = place;
  const paths = hostPaths(layout);
  if (database !== databaseName) {
    await asSuperuser(layout, async (sql) => {
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${databaseName}`;
      await executeFormatted(sql, 'alter database %I rename to %I', databaseName, database);
      await executeFormatted(sql, 'alter database %I owner to %I', database, odooRole);
    });
    await rename(paths.filestore(databaseName), paths.filestore(database));
  }
  const records = recordsOf(directory);
  const server = (await readRecords(records)).find(({ name }) => name === 'postgres');
  const how = server === undefined ? 'was-gone' : await stopProcess({ ...server, stopWithinSeconds });
  if (how !== 'stopped') {
    throw new Fault('RESTORE_FAILED', `The restored cluster did not stop in good order (${how}), and is not used.`);
  }
  await dropRecord(records, 'postgres');
  return {
    dataDirectory: paths.postgresData,
    superuserPasswordFile: paths.superuserPasswordFile,
    filestoreDirectory: join(paths.odooData, 'filestore', database),
  };
}
