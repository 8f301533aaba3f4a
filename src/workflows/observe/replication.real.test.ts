import { execFileSync } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../../test/serve.ts';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { freePort, postgresBinaries } from '../../adapters/host/places.ts';
import { createPostgresOdooDatabase } from '../../adapters/odoo-database/postgres-odoo-database.ts';
import { createSecret } from '../../core/kernel/index.ts';
import type { OdooDatabase } from '../../ports/odoo-database.ts';
import { labEnvironment } from './lab.fixture.ts';
import { lookAt } from './look.ts';
import { createObserverMemory } from './memory.ts';

let directory: string;
let primary: postgres.Sql;
let replica: postgres.Sql;
let database: OdooDatabase;

function asPostgres(program: string, ...args: readonly string[]): void {
  const command = ['-u', 'postgres', '--', join(postgresBinaries, program), ...args];
  execFileSync('runuser', command, { cwd: directory, stdio: 'ignore', timeout: 90_000 });
}

function start(name: string, port: number): void {
  const options = `-p ${port} -k ${directory} -c listen_addresses=127.0.0.1 -c fsync=off -c cluster_name=${name}`;
  asPostgres('pg_ctl', '-D', join(directory, name), '-l', join(directory, `${name}.log`), '-o', options, '-w', 'start');
}

const urlOf = (port: number): string => `postgres://postgres@127.0.0.1:${port}/postgres`;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plimsoll-replica-'));
  const ids = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })));
  await chown(directory, ids[0] ?? 0, ids[1] ?? 0);
  const [first, second] = [await freePort(), await freePort()];
  asPostgres('initdb', '-D', join(directory, 'primary'), '-A', 'trust', '--no-sync');
  start('primary', first);
  asPostgres('pg_basebackup', '-d', urlOf(first), '-D', join(directory, 'replica'), '-R', '-X', 'stream', '-c', 'fast');
  start('replica', second);
  primary = postgres(urlOf(first), { max: 1, onnotice: () => {} });
  replica = postgres(urlOf(second), { max: 1 });
  database = createPostgresOdooDatabase({ url: createSecret('primary', urlOf(first)) });
}, 120_000);

afterAll(async () => {
  await database?.close();
  await Promise.all([primary?.end({ timeout: 2 }), replica?.end({ timeout: 2 })]);
  for (const name of ['replica', 'primary']) {
    try {
      asPostgres('pg_ctl', '-D', join(directory, name), '-m', 'immediate', 'stop');
    } catch {
      // It did not start.
    }
  }
  await rm(directory, { recursive: true, force: true });
});

async function look(): Promise<ReadonlyMap<string, number>> {
  const nothing = { web: undefined, canProbeGevent: false, rpc: undefined, log: undefined };
  const sources = { ...nothing, filestore: undefined, host: undefined, database };
  const deps = { clock: systemClock, memory: createObserverMemory(), sources: () => sources };
  const { observation } = await lookAt(deps, labEnvironment('postgres', 5));
  return new Map(observation.samples.map(({ metric, value }) => [metric, value]));
}

describe('a real streaming replica (OBS-01)', () => {
  test('one that keeps up has next to no lag', async () => {
    await primary`create table shipment as select n from generate_series(1, 1000) n`;
    const caughtUp = await eventually(20, async () => {
      const values = await look();
      return values.get('postgres_replication_lag_bytes') === 0 ? values : undefined;
    });
    expect(caughtUp.get('postgres_replica_count')).toBe(1);
    expect(caughtUp.get('postgres_replication_lag_seconds')).toBeLessThan(5);
  });

  test('one that stopped replaying falls behind in bytes and in seconds, and catches up when it goes on', async () => {
    await replica`select pg_wal_replay_pause()`;
    await primary`insert into shipment select n from generate_series(1, 60000) n`;
    const [row] = await primary`select sent_lsn - replay_lsn as behind from pg_stat_replication`;
    expect(Number(row?.['behind'])).toBeGreaterThan(1_000_000);
    const behind = await eventually(20, async () => {
      const values = await look();
      return (values.get('postgres_replication_lag_seconds') ?? 0) > 2 ? values : undefined;
    });
    expect(behind.get('postgres_replication_lag_bytes')).toBeGreaterThan(1_000_000);
    await replica`select pg_wal_replay_resume()`;
    await eventually(30, async () => {
      const values = await look();
      return values.get('postgres_replication_lag_bytes') === 0 ? values : undefined;
    });
  });

  test('one that is gone is missed in the count', async () => {
    await replica.end({ timeout: 2 });
    asPostgres('pg_ctl', '-D', join(directory, 'replica'), '-m', 'fast', '-w', 'stop');
    const values = await eventually(20, async () => {
      const seen = await look();
      return seen.get('postgres_replica_count') === 0 ? seen : undefined;
    });
    expect(values.get('postgres_replica_count')).toBe(0);
  });
});
