import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type JourneyGround, openJourneyGround } from '../../../test/journeys/ground.ts';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { createPostgresOdooDatabase } from '../../adapters/odoo-database/postgres-odoo-database.ts';
import { createSecret } from '../../core/kernel/index.ts';
import type { OdooDatabase } from '../../ports/odoo-database.ts';
import { installJourneys } from '../journeys/install-journeys.ts';
import { runJourney } from '../journeys/run-journey.ts';
import { labEnvironment } from './lab.fixture.ts';
import { lookAt } from './look.ts';
import { createObserverMemory } from './memory.ts';

let ground: JourneyGround;
let database: OdooDatabase;
let companyId: number;

beforeAll(async () => {
  ground = await openJourneyGround();
  database = createPostgresOdooDatabase({ url: createSecret('lab', ground.database.url) });
  await ground.sql`update ir_cron set nextcall = now() at time zone 'utc' + interval '1 hour' where active`;
  ({ companyId } = await installJourneys(ground.dependencies(), ground.environment));
  for (const journey of ['ship-order', 'receive-goods']) {
    const run = await runJourney(ground.dependencies(), ground.environment, journey);
    expect(run).toMatchObject({ outcome: 'passed', reason: null });
  }
});

afterAll(async () => {
  await database?.close();
  await ground?.close();
});

async function searchCount(model: string, domain: readonly unknown[]): Promise<number> {
  const operator = await ground.dependencies().odoo.operator(ground.environment);
  return Number(await operator.call({ model, method: 'search_count', args: { domain }, timeoutSeconds: 60 }));
}

async function look() {
  const nothing = { web: undefined, canProbeGevent: false, rpc: undefined, log: undefined };
  const sources = { ...nothing, filestore: undefined, host: undefined, database };
  const deps = { clock: systemClock, memory: createObserverMemory(), sources: () => sources };
  const { observation } = await lookAt(deps, labEnvironment(ground.database.name, 5));
  expect(observation.unreadTables).toEqual([]);
  const sum = (metric: string): number =>
    observation.samples.filter((each) => each.metric === metric).reduce((total, each) => total + each.value, 0);
  return { sum, warehouses: new Set(observation.samples.map(({ labels }) => labels['warehouse'])) };
}

const hourAgo = Temporal.Now.plainDateTimeISO('UTC')
  .subtract({ hours: 1 })
  .toString({ smallestUnit: 'second' })
  .replace('T', ' ');

const open = ['state', 'in', ['waiting', 'confirmed', 'assigned']];

const questions: Readonly<Record<string, readonly [model: string, ...domain: unknown[]]>> = {
  odoo_picking_backlog_count: ['stock.picking', open],
  odoo_picking_late_count: ['stock.picking', open, ['date_deadline', '<', hourAgo]],
  odoo_picking_created_per_hour: ['stock.picking', ['create_date', '>=', hourAgo]],
  odoo_picking_done_per_hour: ['stock.picking', ['state', '=', 'done'], ['date_done', '>=', hourAgo]],
  odoo_stock_move_done_per_hour: ['stock.move', ['state', '=', 'done'], ['date', '>=', hourAgo]],
  odoo_order_unconfirmed_count: ['sale.order', ['state', 'in', ['draft', 'sent']]],
};

describe('what journeys leave in the synthetic company (OBS-04, OBS-06)', () => {
  test('is in no figure of the business: each is what Odoo counts outside of that company', async () => {
    // Journeys end their transfers: one of them is opened again and late, and every real one is in time.
    await ground.sql`update stock_picking set date_deadline = (now() at time zone 'UTC') + interval '5 hours'`;
    await ground.sql`update stock_picking set state = 'assigned', date_deadline = (now() at time zone 'UTC') - interval '2 hours'
      where id = (select max(id) from stock_picking where company_id = ${companyId})`;
    const { sum, warehouses } = await look();
    for (const [metric, [model, ...domain]] of Object.entries(questions)) {
      const real = await searchCount(model, [...domain, ['company_id', '!=', companyId]]);
      expect(sum(metric), metric).toBe(real);
    }
    expect(warehouses).not.toContain('PLIMS');
  });

  test('would be in them under any other name: it is the name that keeps it out', async () => {
    const before = await look();
    await ground.sql`update res_company set name = 'Renamed' where id = ${companyId}`;
    const after = await look();
    expect(after.warehouses).toContain('PLIMS');
    for (const metric of Object.keys(questions)) expect(after.sum(metric), metric).toBeGreaterThan(before.sum(metric));
  });
});
