import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../embedded-store.ts';
import { type LabDatabase, type LabOdoo, startLab } from '../lab/index.ts';
import { eventually, runCli, type ServeProcess, startServe } from '../serve.ts';

const ours = await createTestDatabase({ isEmpty: true });
let work: string;
let database: LabDatabase;
let odoo: LabOdoo;
let sql: postgres.Sql;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  const lab = await startLab();
  database = await lab.createDatabase();
  odoo = await lab.bootOdoo({ database: database.name });
  sql = postgres(database.url, { max: 2, onnotice: () => {} });
  // The copy is old and its server runs no scheduler: without this, its jobs stand still from the start.
  await sql`update ir_cron set nextcall = now() at time zone 'utc' + interval '1 hour' where active`;
  await sql`update stock_picking set date_deadline = now() + interval '2 days', scheduled_date = now() + interval '2 days'
    where state in ('waiting', 'confirmed', 'assigned')`;
  work = await mkdtemp(join(tmpdir(), 'plimsoll-take-over-'));
  environment = { PLIMSOLL_DATABASE_URL: ours.url, LAB_KEY: odoo.apiKey, PLIMSOLL_STATE: join(work, 'one') };
  await writeFile(
    join(work, 'estate.yaml'),
    `kind: Estate
name: lab
---
kind: Environment
name: lab
stage: staging
platform: host
odoo: { version: "19.0", database: ${odoo.database} }
journeys: { writes: true }
connect:
  odoo: { url: "${odoo.url}", login: ${odoo.login}, apiKey: "env:LAB_KEY" }
thresholds: { collectEvery: 2s, journeyEvery: 10m, pickingsLateUnhealthy: 2 }
---
kind: BusinessService
name: shipment-confirmation
environments: [lab]
owner: operations
journey: ship-order
`,
  );
  const installed = await runCli(['journey', 'install', 'lab', '--yes', '--estate', work], environment);
  expect(installed.code, installed.errors).toBe(0);
});

afterAll(async () => {
  await sql?.end();
  await odoo?.stop();
  await database?.drop();
  if (work !== undefined) await rm(work, { recursive: true, force: true });
});

const serveAs = (name: string): Promise<ServeProcess> =>
  startServe({ estate: work, state: join(work, name), environment });

/** Orders that journeys made, with the run that each names. */
const orders = () => sql<{ runId: string; state: string }[]>`
  select split_part(client_order_ref, ':', 3) as "runId", state from sale_order
  where client_order_ref like 'plimsoll:ship-order:%'`;

const invoices = () => sql<{ name: string; state: string }[]>`
  select m.name, m.state from account_move m join res_company c on c.id = m.company_id join res_partner p on p.id = c.partner_id
  where p.ref = 'PLIMSOLL-SYNTHETIC' and m.move_type = 'out_invoice'`;

const doneTransfers = async (): Promise<number> => {
  const rows = await sql`
    select 1 from stock_picking t join res_company c on c.id = t.company_id join res_partner p on p.id = c.partner_id
    where p.ref = 'PLIMSOLL-SYNTHETIC' and t.state = 'done'`;
  return rows.length;
};

interface Shown {
  readonly environments: readonly {
    readonly business: string;
    readonly infrastructure: string;
    readonly notObserved: readonly { readonly part: string; readonly means: string }[];
  }[];
}

// One story: each step stands on what the one before left behind.
describe('a whole `serve` on a real Odoo whose database it may not read', () => {
  let first: ServeProcess;
  let runId = '';
  let doneBefore = 0;

  test('a journey whose controller is killed in the middle is finished by another, which tidies what was left (OBS-04)', async () => {
    first = await serveAs('one');
    const begun = await eventually(60, async () => (await orders()).find(({ state }) => state === 'sale'));
    expect(await first.kill('SIGKILL')).toBeNull();
    runId = begun.runId;
    expect((await orders()).map((order) => order.runId)).toEqual([runId]);
    expect(await ours.sql`SELECT 1 FROM plimsoll.journey_run WHERE id = ${runId}`).toHaveLength(0);
    // What was under way in Odoo at the kill ends by itself.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    doneBefore = await doneTransfers();
    expect(doneBefore).toBeLessThanOrEqual(3);

    const second = await serveAs('two');
    const [run] = await eventually(120, async () => {
      const rows = await ours.sql<{ outcome: string; reason: string | null }[]>`
        SELECT outcome, reason FROM plimsoll.journey_run WHERE id = ${runId}`;
      return rows.length > 0 ? rows : undefined;
    });
    expect(run).toEqual({ outcome: 'passed', reason: null });
    // Once in our records; in Odoo no order and no invoice of either attempt, and three done transfers of a whole walk.
    expect(await orders()).toEqual([]);
    expect(await invoices()).toEqual([]);
    const attempts =
      await ours.sql`SELECT status, attempts, error FROM plimsoll_workflow.workflow_runs WHERE id = ${runId}`;
    expect(await doneTransfers(), JSON.stringify(attempts)).toBe(doneBefore + 3);
    // The engine notes the end after the run has written its own.
    await eventually(30, async () => {
      const rows = await ours.sql`
        SELECT 1 FROM plimsoll_workflow.workflow_runs WHERE id = ${runId} AND status = 'completed'`;
      return rows.length === 1 ? rows : undefined;
    });

    const shown = await eventually(60, async () => {
      const ran = await runCli(['status', '--json'], {
        ...environment,
        PLIMSOLL_SERVER: second.url,
        PLIMSOLL_STATE: second.state,
      });
      const { environments } = JSON.parse(ran.output) as Shown;
      return environments[0]?.business === 'healthy' ? environments[0] : undefined;
    });
    expect(shown.infrastructure).toBe('healthy');
    expect(shown.notObserved.map(({ part }) => part)).toEqual(['postgres', 'log', 'filestore']);
    expect(shown.notObserved[0]?.means).toContain('only what Odoo itself counts');
    const samples = await ours.sql<{ metric: string }[]>`SELECT DISTINCT metric FROM plimsoll.series`;
    const metrics = samples.map(({ metric }) => metric);
    expect(metrics).toEqual(expect.arrayContaining(['odoo_picking_backlog_count', 'odoo_cron_overdue_count']));
    expect(metrics.some((metric) => metric.startsWith('postgres_'))).toBe(false);

    // The verdict rests on what Odoo counts: make transfers late there, and it says so.
    await sql`update stock_picking set date_deadline = now() - interval '2 days', scheduled_date = now() - interval '2 days'
      where state in ('waiting', 'confirmed', 'assigned')`;
    await eventually(120, async () => {
      const rows = await ours.sql<{ health: string }[]>`
        SELECT business->>'health' AS health FROM plimsoll.health WHERE environment = 'lab'`;
      return rows[0] !== undefined && rows[0].health !== 'healthy' ? true : undefined;
    });
    expect(await second.kill('SIGTERM')).toBe(0);
  }, 420_000);
});
