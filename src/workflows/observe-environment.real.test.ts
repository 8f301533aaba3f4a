import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, type LabDatabase, type LabOdoo, startLab } from '../../test/lab/index.ts';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { createDirectoryFilestore } from '../adapters/machine/directory-filestore.ts';
import { createProcHost } from '../adapters/machine/proc-host.ts';
import { createMemorySampleStore } from '../adapters/memory/samples.ts';
import { createMemoryStore } from '../adapters/memory/store.ts';
import { createPostgresAdmin } from '../adapters/odoo-database/postgres-admin.ts';
import { createPostgresOdooDatabase } from '../adapters/odoo-database/postgres-odoo-database.ts';
import { createFileRequestLog } from '../adapters/request-log/file-request-log.ts';
import { createHttpWebProbe } from '../adapters/web-probe/http-web-probe.ts';
import type { Environment } from '../core/estate/index.ts';
import { createSecret } from '../core/kernel/index.ts';
import { choosePack } from '../core/observe/index.ts';
import type { OdooDatabase } from '../ports/odoo-database.ts';
import { createReader, verifyReader } from './connect-environment.ts';
import { labEnvironment } from './observe/lab.fixture.ts';
import {
  createObserverMemory,
  type EnvironmentSources,
  type ObserveDeps,
  observeEnvironment,
} from './observe-environment.ts';

const role = `observer_${randomBytes(4).toString('hex')}`;
const password = randomBytes(12).toString('hex');
const lockedAfterSeconds = 0.5;

let lab: Lab;
let copy: LabDatabase;
let odoo: LabOdoo;
let readerUrl: string;
let database: OdooDatabase;
let superuser: postgres.Sql;
let environment: Environment;

beforeAll(async () => {
  lab = await startLab();
  copy = await lab.createDatabase();
  odoo = await lab.bootOdoo({ database: copy.name });
  const adminUrl = await lab.superuserUrl(copy.name);
  superuser = postgres(adminUrl, { max: 2, connection: { application_name: 'psql' } });
  environment = labEnvironment(copy.name, lockedAfterSeconds);
  const admin = createPostgresAdmin(createSecret('lab', adminUrl));
  await createReader(admin, environment, { role, password });
  await createReader(admin, environment, { role, password });
  await admin.close();
  const url = new URL(adminUrl);
  url.username = role;
  url.password = password;
  readerUrl = url.href;
  database = createPostgresOdooDatabase({ url: createSecret('lab', readerUrl) });
});

afterAll(async () => {
  await database?.close();
  await superuser?.end({ timeout: 2 });
  await odoo?.stop();
  await copy?.drop();
  const cluster = postgres(await lab.superuserUrl(), { max: 1 });
  await cluster`drop role if exists ${cluster(role)}`;
  await cluster.end();
});

function depsWith(
  change: Partial<EnvironmentSources> = {},
): ObserveDeps & { samples: ReturnType<typeof createMemorySampleStore> } {
  const sources: EnvironmentSources = {
    web: createHttpWebProbe({ url: odoo.url }),
    canProbeGevent: false,
    database,
    rpc: undefined,
    log: createFileRequestLog({ file: odoo.logFile, fromStart: true }),
    filestore: createDirectoryFilestore(copy.filestoreDirectory),
    host: createProcHost({ directories: ['/'] }),
    ...change,
  };
  return {
    clock: systemClock,
    memory: createObserverMemory(),
    sources: () => sources,
    store: createMemoryStore(),
    samples: createMemorySampleStore(),
    services: [],
    nextCutOffs: () => [],
    actor: { kind: 'controller', name: 'test' },
  };
}

async function searchCount(model: string, domain: readonly unknown[]): Promise<number> {
  const response = await fetch(`${odoo.url}/json/2/${model}/search_count`, {
    method: 'POST',
    headers: {
      authorization: `bearer ${odoo.apiKey}`,
      'x-odoo-database': copy.name,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ domain, context: { active_test: true } }),
  });
  expect(response.status).toBe(200);
  return Number(await response.text());
}

const minuteAgo = (): Temporal.Instant => Temporal.Now.instant().subtract({ minutes: 1 });

describe('one pass over a real Odoo 19 (OBS-01, OBS-06)', () => {
  test('finds an environment in order healthy twice, and keeps what it read', async () => {
    const deps = depsWith();
    const health = await observeEnvironment(deps, environment);
    expect(health.infrastructure).toEqual({ health: 'healthy', reasons: [] });
    expect(health.business).toEqual({ health: 'healthy', reasons: [] });
    expect(await deps.store.health.get('lab')).toEqual(health);
    // The first walk through the filestore may take several looks on a busy machine.
    for (let look = 0; look < 20; look += 1) await observeEnvironment(deps, environment);
    const metrics = new Set((await deps.samples.latest('lab', minuteAgo())).map((sample) => sample.metric));
    for (const metric of [
      'odoo_picking_backlog_count',
      'postgres_connections_ratio',
      'host_memory_used_ratio',
      'filestore_bytes',
    ]) {
      expect(metrics).toContain(metric);
    }
  });

  test('its counts are the counts that Odoo itself gives', async () => {
    const deps = depsWith();
    // Half of the open transfers are made late, so that there is something to count.
    await superuser`update stock_picking set date_deadline = (now() at time zone 'UTC') - interval '2 hours'
      where state in ('waiting', 'confirmed', 'assigned') and id % 2 = 0`;
    await superuser`update ir_cron set nextcall = (now() at time zone 'UTC') - interval '1 hour' where active and id % 3 = 0`;
    await observeEnvironment(deps, environment);
    const latest = await deps.samples.latest('lab', minuteAgo());
    const sum = (metric: string): number =>
      latest.filter((sample) => sample.metric === metric).reduce((total, sample) => total + sample.value, 0);
    const now = Temporal.Now.plainDateTimeISO('UTC').toString({ smallestUnit: 'second' }).replace('T', ' ');
    const open = ['state', 'in', ['waiting', 'confirmed', 'assigned']];
    const late = [
      open,
      '|',
      ['date_deadline', '<', now],
      '&',
      ['date_deadline', '=', false],
      ['scheduled_date', '<', now],
    ];
    const expected = {
      odoo_picking_backlog_count: await searchCount('stock.picking', [open]),
      odoo_picking_late_count: await searchCount('stock.picking', late),
      odoo_order_unconfirmed_count: await searchCount('sale.order', [['state', 'in', ['draft', 'sent']]]),
      odoo_order_to_invoice_count: await searchCount('sale.order', [['invoice_status', '=', 'to invoice']]),
      odoo_picking_batch_count: await searchCount('stock.picking.batch', [['state', 'in', ['draft', 'in_progress']]]),
    };
    expect(expected.odoo_picking_late_count).toBeGreaterThan(0);
    expect(Object.fromEntries(Object.keys(expected).map((metric) => [metric, sum(metric)]))).toEqual(expected);
    const [crons] =
      await superuser`select count(*)::int as count from ir_cron where active and nextcall < now() at time zone 'UTC'`;
    expect(sum('odoo_cron_overdue_count')).toBe(crons?.['count']);
  });

  test('every question of the 19 pack is answered through the read-only role, which can do nothing else', async () => {
    const controller = new AbortController();
    expect(await verifyReader(systemClock, database, environment, controller.signal)).toBeUndefined();
    const sql = postgres(readerUrl, { max: 1 });
    try {
      for (const query of [...choosePack('19.0').indicators, ...choosePack('19.0').facts]) {
        if (query.module === 'queue_job') continue;
        const values = query.sql.includes('$1') ? ['2026-11-21T06:00:00'] : [];
        await expect(sql.unsafe(query.sql, values), query.name).resolves.toBeDefined();
      }
      await expect(sql`select password from res_users`).rejects.toThrow(/permission denied/);
      await expect(sql`select body_html from mail_mail`).rejects.toThrow(/permission denied/);
      await sql`set default_transaction_read_only = off`;
      await expect(sql`update ir_cron set active = false`).rejects.toThrow(/permission denied/);
    } finally {
      await sql.end();
    }
  });

  test('reads the latency of requests from the log (MET-02)', async () => {
    const deps = depsWith();
    for (let call = 0; call < 5; call += 1) await searchCount('stock.picking', []);
    await observeEnvironment(deps, environment);
    const to = Temporal.Now.instant().add({ seconds: 1 });
    const [series] = await deps.samples.quantiles({
      environment: 'lab',
      metric: 'odoo_request_seconds',
      labels: { class: 'api' },
      from: to.subtract({ hours: 1 }),
      to,
      stepSeconds: 3_600,
      quantiles: [0.95],
    });
    expect(series?.points.at(-1)?.count).toBeGreaterThanOrEqual(5);
    expect(series?.points.at(-1)?.quantiles['0.95']).toBeGreaterThan(0);
  });
});

describe('a held table', () => {
  const holding = async (work: (pid: number) => Promise<void>): Promise<void> => {
    const holder = await superuser.reserve();
    try {
      await holder`begin`;
      await holder`lock table stock_picking in access exclusive mode`;
      const [row] = await holder`select pg_backend_pid() as pid`;
      await new Promise((resolve) => setTimeout(resolve, (lockedAfterSeconds + 0.3) * 1_000));
      await work(Number(row?.['pid']));
    } finally {
      await holder`rollback`;
      holder.release();
    }
  };

  test('turns business red and names its holder while infrastructure stays green, and clears afterwards (OBS-09)', async () => {
    const deps = depsWith();
    await holding(async (pid) => {
      const startedAt = performance.now();
      const health = await observeEnvironment(deps, environment);
      expect((performance.now() - startedAt) / 1_000).toBeLessThan(30);
      expect(health.infrastructure.health).toBe('healthy');
      expect(health.business.health).toBe('unhealthy');
      expect(health.business.reasons[0]).toMatchObject({
        code: 'TABLE_LOCKED',
        subject: 'stock_picking',
        evidence: { pid, application: 'psql', user: 'postgres', mode: 'AccessExclusiveLock' },
      });
      expect(health.business.reasons[0]?.services).toContain('shipment-confirmation');
      const findings = await deps.store.findings.list({ environment: 'lab', includeClosed: false, limit: 10 });
      expect(findings.map(({ code }) => code)).toContain('HEALTH_DISAGREES');
    });
    const health = await observeEnvironment(deps, environment);
    expect(health.business.health).toBe('healthy');
    expect(await deps.store.findings.list({ environment: 'lab', includeClosed: false, limit: 10 })).toEqual([]);
  });

  test('cannot hang the observer; without its timeouts it would', async () => {
    await holding(async () => {
      const count = 'select count(*) from stock_picking';
      const guarded = database.query(count, [], { timeoutSeconds: 2 });
      await expect(guarded).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
      const bare = postgres(readerUrl, { max: 1 });
      await bare`set statement_timeout = 0`;
      await bare`set lock_timeout = 0`;
      const unguarded = bare.unsafe(count);
      const outcome = await Promise.race([
        unguarded.then(
          () => 'answered',
          () => 'failed',
        ),
        new Promise((resolve) => setTimeout(() => resolve('hangs'), 4_000)),
      ]);
      expect(outcome).toBe('hangs');
      unguarded.cancel();
      await bare.end({ timeout: 2 });
    });
  });

  test('an abandoned question is cancelled on the server too', async () => {
    const abandon = new AbortController();
    const asked = database.query('select pg_sleep(25)', [], { timeoutSeconds: 30, signal: abandon.signal });
    setTimeout(() => abandon.abort(new Error('enough')), 300);
    await expect(asked).rejects.toThrow('enough');
    await expect
      .poll(
        async () =>
          (
            await superuser`select 1 from pg_stat_activity where query like '%pg_sleep(25)%' and state = 'active' and usename = ${role}`
          ).length,
        { timeout: 5_000 },
      )
      .toBe(0);
  });
});

describe('what is gone', () => {
  test('a dead database is infrastructure and business, and says so', async () => {
    const dead = createPostgresOdooDatabase({ url: createSecret('dead', 'postgres://x:y@127.0.0.1:1/none') });
    const gone = createHttpWebProbe({ url: 'http://127.0.0.1:1' });
    const health = await observeEnvironment(depsWith({ database: dead, web: gone }), environment);
    expect(health.infrastructure.reasons.map(({ code }) => code)).toEqual(['POSTGRES_UNREACHABLE', 'ODOO_WEB_DOWN']);
    expect(health.business.reasons.map(({ code }) => code)).toEqual(['BUSINESS_STOPPED']);
  });

  test('a role that may not sign in is unknown while Odoo works', async () => {
    const url = new URL(readerUrl);
    url.password = 'wrong';
    const denied = createPostgresOdooDatabase({ url: createSecret('denied', url.href) });
    const health = await observeEnvironment(depsWith({ database: denied }), environment);
    expect([health.business.health, health.infrastructure.health]).toEqual(['unknown', 'unknown']);
    expect(JSON.stringify(health)).not.toContain(password);
  });

  test('a stopped web process turns both red with the reason', async () => {
    await odoo.stop();
    const health = await observeEnvironment(depsWith({ log: undefined }), environment);
    expect(health.infrastructure.reasons.map(({ code }) => code)).toEqual(['ODOO_WEB_DOWN']);
    expect(health.business.reasons.map(({ code }) => code)).toEqual(['BUSINESS_STOPPED']);
  });
});
