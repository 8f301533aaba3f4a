import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OtherMajor, startOtherPostgres } from '../../../test/lab/other-postgres.ts';
import { eventually } from '../../../test/serve.ts';
import { createPostgresAdmin } from '../../adapters/odoo-database/postgres-admin.ts';
import { createPostgresOdooDatabase } from '../../adapters/odoo-database/postgres-odoo-database.ts';
import { createSecret } from '../../core/kernel/index.ts';
import { type OdooMajor, statisticsQueries } from '../../core/observe/index.ts';
import type { OdooDatabase } from '../../ports/odoo-database.ts';
import { createReader } from '../connect-environment.ts';
import { labEnvironment } from './lab.fixture.ts';
import { lookAt } from './look.ts';
import { createObserverMemory } from './memory.ts';
import { createPublishedTables, fillPublishedTables } from './published-schema.fixture.ts';

/** The majors that neither Debian 12 (15) nor our own store (18) brings, each with an Odoo that is run on it. */
const pairs: readonly (readonly [OtherMajor, OdooMajor])[] = [
  [13, 15],
  [14, 16],
  [16, 17],
  [17, 18],
];

/** Only a replica gives these. */
const ofReplicas = /replica/;

describe.each(pairs)('PostgreSQL %d (OBS-01)', (major, odoo) => {
  let server: Awaited<ReturnType<typeof startOtherPostgres>>;
  let superuser: postgres.Sql;
  let database: OdooDatabase;

  beforeAll(async () => {
    server = await startOtherPostgres(major);
    superuser = postgres(server.url, { max: 1, onnotice: () => {} });
    await createPublishedTables(superuser, odoo);
    await fillPublishedTables(superuser, odoo);
    const admin = createPostgresAdmin(createSecret('admin', server.url));
    const { refused } = await createReader(admin, labEnvironment('postgres', 5), { role: 'observer', password: 'pw' });
    await admin.close();
    expect(refused).toEqual([]);
    const url = new URL(server.url);
    [url.username, url.password] = ['observer', 'pw'];
    database = createPostgresOdooDatabase({ url: createSecret('observer', url.href) });
  }, 300_000);

  afterAll(async () => {
    await database?.close();
    await superuser?.end({ timeout: 2 });
    await server?.stop();
  });

  async function look(memory = createObserverMemory(), hoursLater = 0) {
    const nothing = { web: undefined, canProbeGevent: false, rpc: undefined, log: undefined };
    const sources = { ...nothing, filestore: undefined, host: undefined, database };
    const clock = { now: () => Temporal.Now.instant().add({ hours: hoursLater }), sleep: () => Promise.resolve() };
    return (await lookAt({ clock, memory, sources: () => sources }, labEnvironment('postgres', 5))).observation;
  }

  test('it is the version that it is called', async () => {
    const [row] = await superuser`select current_setting('server_version_num')::int / 10000 as major`;
    expect(row?.['major']).toBe(major);
  });

  test('the read-only role is made, and every statistic and indicator is answered', async () => {
    await superuser.unsafe(`create table shipment (id int primary key, name varchar);
      insert into shipment select n, 'shipment ' || n from generate_series(1, 60000) n;
      create index shipment_name on shipment (name);
      delete from shipment where id % 3 <> 0`);
    await superuser`vacuum (analyze) shipment`;
    const asked = statisticsQueries.filter(({ from, to }) => from <= major && major <= to);
    const due = asked.flatMap(({ metrics, rates }) => [...Object.values(metrics), ...Object.values(rates)]);
    // Up to 14, what a session did is told to the statistics a little later.
    const { collectors, samples, unreadIndicators } = await eventually(30, async () => {
      const memory = createObserverMemory();
      await look(memory);
      const seen = await look(memory, 1);
      const answered = new Set(seen.samples.map(({ metric }) => metric));
      const missing = due.filter((metric) => !answered.has(metric) && !ofReplicas.test(metric));
      return missing.length === 0 ? seen : undefined;
    });
    expect(collectors.find(({ collector }) => collector === 'database')).toMatchObject({ outcome: 'ok', detail: null });
    expect(unreadIndicators).toEqual([]);
    expect(new Set(samples.flatMap(({ metric }) => (metric.startsWith('odoo_') ? metric : []))).size).toBeGreaterThan(
      20,
    );
    const bloat = samples.find(
      ({ metric, labels }) => metric === 'postgres_table_bloat_ratio' && labels['table'] === 'shipment',
    );
    expect(bloat?.value).toBeGreaterThan(0.5);
    const password = database.query('select password from res_users', [], { timeoutSeconds: 5 });
    await expect(password).rejects.toThrow(/permission denied|does not exist/);
  });

  test('who waits for a lock is named with who holds it, and for how long', async () => {
    const [holder, waiter] = ['ops', 'odoo'].map((name) =>
      postgres(server.url, { max: 1, connection: { application_name: name }, onnotice: () => {} }),
    );
    if (holder === undefined || waiter === undefined) throw new Error('no sessions');
    try {
      await holder.begin(async (transaction) => {
        await transaction`lock table stock_picking in access exclusive mode`;
        const waits = waiter`select count(*) from stock_picking`.execute();
        const locks = await eventually(30, async () => {
          const seen = (await look()).locks;
          return (seen?.waiters[0]?.waitSeconds ?? 0) > 0 ? seen : undefined;
        });
        expect(locks.waiters).toMatchObject([{ table: 'stock_picking', application: 'odoo' }]);
        expect(locks.blockers).toMatchObject([{ application: 'ops', pid: locks.waiters[0]?.blockedBy[0] }]);
        waits.catch(() => {});
      });
    } finally {
      await Promise.all([holder.end({ timeout: 5 }), waiter.end({ timeout: 5 })]);
    }
  });
});
