import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, type LabDatabase, startLab } from '../../../test/lab/index.ts';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { postgresBinaries } from '../../adapters/host/places.ts';
import { createPostgresAdmin } from '../../adapters/odoo-database/postgres-admin.ts';
import { createPostgresOdooDatabase } from '../../adapters/odoo-database/postgres-odoo-database.ts';
import { createSecret } from '../../core/kernel/index.ts';
import type { OdooDatabase } from '../../ports/odoo-database.ts';
import { createReader } from '../connect-environment.ts';
import { labEnvironment } from './lab.fixture.ts';
import { lookAt } from './look.ts';
import { createObserverMemory } from './memory.ts';

const role = `observer_${randomBytes(4).toString('hex')}`;
let lab: Lab;
let copy: LabDatabase;
let database: OdooDatabase;
let superuser: postgres.Sql;

/** As near as this, in shares of the size, the estimate must come to what pgstattuple counts page by page. */
const tolerance = 0.1;

beforeAll(async () => {
  lab = await startLab();
  copy = await lab.createDatabase();
  const adminUrl = await lab.superuserUrl(copy.name);
  superuser = postgres(adminUrl, { max: 1, onnotice: () => {} });
  const admin = createPostgresAdmin(createSecret('lab', adminUrl));
  await createReader(admin, labEnvironment(copy.name, 5), { role, password: 'bloat' });
  await admin.close();
  const url = new URL(adminUrl);
  url.username = role;
  url.password = 'bloat';
  database = createPostgresOdooDatabase({ url: createSecret('lab', url.href) });
  await superuser.unsafe(`create extension if not exists pgstattuple;
    create table bloated (id int primary key, name varchar, note varchar, at timestamp);
    create index bloated_name on bloated (name);
    alter table bloated set (autovacuum_enabled = false)`);
}, 300_000);

afterAll(async () => {
  await database?.close();
  await superuser?.unsafe(`drop owned by ${role}`).catch(() => {});
  await superuser?.end({ timeout: 2 });
  await copy?.drop();
});

async function look() {
  const nothing = { web: undefined, canProbeGevent: false, rpc: undefined, log: undefined };
  const sources = { ...nothing, filestore: undefined, host: undefined, database };
  const deps = { clock: systemClock, memory: createObserverMemory(), sources: () => sources };
  const { observation } = await lookAt(deps, labEnvironment(copy.name, 5));
  const ratio = (metric: string, label: string, name: string): number =>
    observation.samples.find((each) => each.metric === metric && each.labels[label] === name)?.value ?? Number.NaN;
  return {
    observation,
    table: ratio('postgres_table_bloat_ratio', 'table', 'bloated'),
    primaryKey: ratio('postgres_index_bloat_ratio', 'index', 'bloated_pkey'),
    index: ratio('postgres_index_bloat_ratio', 'index', 'bloated_name'),
  };
}

/** What pgstattuple counts: the share of a table that holds nothing, and of an index beyond what it was to be filled. */
async function counted() {
  const [table] =
    await superuser`select (free_space + dead_tuple_len)::float8 / table_len as ratio from pgstattuple('bloated')`;
  const indexes = await superuser`select name, 1 - (1 + internal_pages + leaf_pages * avg_leaf_density / 90)
      / (index_size / 8192.0) as ratio
    from (values ('bloated_pkey'), ('bloated_name')) as given (name), pgstatindex(name)`;
  const indexRatio = (name: string): number => Number(indexes.find((row) => row['name'] === name)?.['ratio']);
  return {
    table: Number(table?.['ratio']),
    primaryKey: indexRatio('bloated_pkey'),
    index: indexRatio('bloated_name'),
  };
}

async function compare(): Promise<{ readonly table: number; readonly index: number }> {
  const [estimate, truth] = [await look(), await counted()];
  for (const part of ['table', 'primaryKey', 'index'] as const) {
    expect(
      Math.abs(estimate[part] - Math.max(0, truth[part])),
      `${part}: ${estimate[part]} against ${truth[part]}`,
    ).toBeLessThan(tolerance);
  }
  return truth;
}

describe('bloat, as the read-only role estimates it (OBS-01)', () => {
  test('of a fresh table and its indexes there is next to none', async () => {
    await superuser`insert into bloated select n, 'name ' || n, case when n % 3 = 0 then null else repeat('x', n % 80) end, now()
      from generate_series(1, 60000) n`;
    await superuser`vacuum (analyze) bloated`;
    const truth = await compare();
    expect(truth.table).toBeLessThan(0.1);
  });

  test('after two of three rows went, it is what pgstattuple counts, within a tenth of the size', async () => {
    await superuser`delete from bloated where id % 3 <> 0`;
    await superuser`vacuum (analyze) bloated`;
    const truth = await compare();
    expect(truth.table).toBeGreaterThan(0.5);
    expect(truth.index).toBeGreaterThan(0.4);
  });

  test('the owner of the database can still dump it, and reads no statistics through the view', async () => {
    const [row] =
      await superuser`select pg_get_userbyid(datdba) as owner from pg_database where datname = current_database()`;
    const owner = String(row?.['owner']);
    await superuser.unsafe(`alter table bloated owner to "${owner}"`);
    const url = await lab.superuserUrl(copy.name);
    const dump = execFileSync(`${postgresBinaries}/pg_dump`, ['--schema-only', `--role=${owner}`, url], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 ** 2,
      timeout: 60_000,
    });
    expect(dump).toContain('CREATE VIEW plimsoll_observer.column_width');
    await superuser.unsafe(`alter view plimsoll_observer.column_width owner to "${owner}"`);
    expect((await look()).observation.collectors.find(({ collector }) => collector === 'database')?.outcome).toBe('ok');
    await superuser.unsafe('alter view plimsoll_observer.column_width owner to current_user');
  });

  test('the role sees widths and no values, and without the view there are no figures and no failure', async () => {
    const sees = async (text: string) => database.query(text, [], { timeoutSeconds: 5 });
    expect((await sees('select * from plimsoll_observer.column_width limit 1')).length).toBe(1);
    await expect(sees('select stavalues1 from pg_statistic limit 1')).rejects.toThrow(/permission|denied/i);
    await superuser`drop view plimsoll_observer.column_width`;
    const { observation } = await look();
    expect(observation.collectors.find(({ collector }) => collector === 'database')?.outcome).toBe('ok');
    expect(observation.samples.filter(({ metric }) => metric.includes('bloat'))).toEqual([]);
  });
});
