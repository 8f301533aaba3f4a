import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLab } from '../../../test/lab/index.ts';
import { type ArchivedCluster, openArchivedCluster, quiet } from '../../../test/recovery/archived-cluster.ts';
import { dumpLabDatabase } from '../../../test/recovery/lab-dump.ts';
import type { PhysicalRestorePoint } from '../../ports/physical-backup.ts';
import type { RestorePlace } from '../../ports/restore-place.ts';
import { asSuperuser, executeFormatted } from '../host/cluster.ts';
import { runCommand } from '../host/command.ts';
import { machineCache, postgresBinaries } from '../host/places.ts';
import { readRecords } from '../host/processes.ts';
import { recordsOf } from './directory.ts';
import { createHostRestorePlaces } from './host-restore-places.ts';

let cluster: ArchivedCluster;
let full: PhysicalRestorePoint;
let root: string;

const database = 'acme';
/** What would be run, or end a word, wherever a name were spliced into a command or a statement. */
const hostile = `w "d"; $(touch canary)' -- %f ü`;

/** Odoo's logistics database in a cluster whose log is archived, and a physical backup of it. */
beforeAll(async () => {
  const lab = await startLab();
  cluster = await openArchivedCluster(database);
  const source = await lab.createDatabase();
  const dump = await dumpLabDatabase(source);
  await asSuperuser(cluster.layout, (sql) => sql`create role odoo login`);
  await asSuperuser(cluster.layout, (sql) => sql`create database acme owner odoo template template0`);
  await asSuperuser(cluster.layout, (sql) => executeFormatted(sql, 'create database %I template template0', hostile));
  const { postgres: port } = cluster.layout.ports;
  const restore = [`${postgresBinaries}/pg_restore`, '--no-privileges', '--jobs=2', `--port=${port}`];
  const password = await asPassword();
  await runCommand({
    command: [...restore, '--host=127.0.0.1', '--username=postgres', '--dbname=acme', dump.directory],
    environment: { PGPASSWORD: password },
    timeoutSeconds: 300,
  });
  await dump.remove();
  await source.drop();
  full = await cluster.backups.take('full', quiet);
  root = await mkdtemp(join(tmpdir(), 'plimsoll-places-'));
  await chmod(root, 0o755);
}, 1_500_000);

afterAll(async () => {
  await cluster?.remove();
  if (root === undefined) return;
  expect(await readdir(root)).toEqual([]);
  await rm(root, { recursive: true });
}, 120_000);

async function asPassword(): Promise<string> {
  const file = join(cluster.layout.runtimeDirectory, 'postgres/superuser-password');
  return (await runCommand({ command: ['/bin/cat', file], timeoutSeconds: 5 })).join('');
}

const note = (key: string): Promise<unknown> =>
  asSuperuser(
    cluster.layout,
    (sql) => sql`insert into ir_config_parameter (key, value) values (${`instant.${key}`}, 'yes')`,
    database,
  );

const notes = async (place: RestorePlace): Promise<readonly unknown[]> => {
  const text = "select key from ir_config_parameter where key like 'instant.%' order by key";
  return (await place.database.query(text, [], { timeoutSeconds: 10 })).map((row) => row['key']);
};

async function withPlace(work: (place: RestorePlace) => Promise<void>): Promise<void> {
  const places = createHostRestorePlaces({ root, cacheDirectory: machineCache });
  const place = await places.create({ needsBytes: 1, getsCluster: true });
  try {
    await work(place);
  } finally {
    await place.remove();
  }
}

const restoreTo = (place: RestorePlace, at: Temporal.Instant | undefined, name = database): Promise<void> =>
  place.restoreCluster({
    ...quiet,
    database: name,
    fill: (dataDirectory) => cluster.backups.fill({ label: full.label, at, dataDirectory }, quiet),
  });

describe('BKP-03, RST-04: a physical backup becomes a serving Odoo, at any instant', () => {
  test('a record before the instant is there, one after it is not; Odoo serves, neutralised', {
    timeout: 400_000,
  }, async () => {
    await note('before');
    await sleep(1_100);
    const between = Temporal.Now.instant();
    await sleep(1_100);
    await note('after');
    await cluster.backups.mark();
    await withPlace(async (place) => {
      await place.ready();
      // No PostgreSQL of its own is made and started, only to be thrown away.
      expect(await readRecords(recordsOf(place.directory))).toEqual([]);
      await restoreTo(place, between);
      expect(await notes(place)).toEqual(['instant.before']);
      await place.neutralise();
      const served = await place.boot({ withinSeconds: 120 });
      const response = await fetch(`${served.url}/web/health`);
      expect(response.status).toBe(200);
      await served.stop();
    });
    await withPlace(async (place) => {
      await restoreTo(place, undefined);
      expect(await notes(place)).toEqual(['instant.after', 'instant.before']);
    });
  });

  test('an instant that the log does not reach is refused in words, and nothing is left', {
    timeout: 200_000,
  }, async () => {
    await withPlace(async (place) => {
      const future = Temporal.Now.instant().add({ hours: 24 });
      await expect(restoreTo(place, future)).rejects.toMatchObject({
        code: 'RESTORE_FAILED',
        message: expect.stringContaining('recovery ended before configured recovery target was reached'),
      });
    });
  });

  test('a database is found by whatever name it has, and nothing of that is ever run', {
    timeout: 200_000,
  }, async () => {
    await withPlace(async (place) => {
      await restoreTo(place, undefined, hostile);
      const asked = place.database.query('select current_database() as name', [], { timeoutSeconds: 10 });
      expect(await asked).toEqual([{ name: place.databaseName }]);
    });
  });

  test('a cluster without that database is another one', { timeout: 200_000 }, async () => {
    await withPlace(async (place) => {
      await expect(restoreTo(place, undefined, 'polder')).rejects.toMatchObject({
        code: 'RESTORE_FAILED',
        message: expect.stringContaining('no database polder'),
      });
    });
  });
});
