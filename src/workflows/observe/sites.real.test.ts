import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LabDatabase, startLab } from '../../../test/lab/index.ts';
import { createPostgresOdooDatabase } from '../../adapters/odoo-database/postgres-odoo-database.ts';
import { createSecret } from '../../core/kernel/index.ts';
import { siteBacklogs } from '../../core/observe/index.ts';
import type { OdooDatabase } from '../../ports/odoo-database.ts';
import { labEnvironment } from './lab.fixture.ts';
import { lookAt } from './look.ts';
import { createObserverMemory } from './memory.ts';

let copy: LabDatabase;
let superuser: postgres.Sql;
let database: OdooDatabase;

beforeAll(async () => {
  const lab = await startLab();
  copy = await lab.createDatabase();
  const url = await lab.superuserUrl(copy.name);
  superuser = postgres(url, { max: 1 });
  database = createPostgresOdooDatabase({ url: createSecret('lab', url) });
});

afterAll(async () => {
  await database?.close();
  await superuser?.end({ timeout: 2 });
  await copy?.drop();
});

test('the work of two warehouses of a real Odoo is told apart, for the site of each', async () => {
  // A second warehouse with a kind of transfers that has half of the open work: the same rows under another code.
  await superuser`insert into stock_warehouse
    select (jsonb_populate_record(warehouse, jsonb_build_object(
      'id', nextval('stock_warehouse_id_seq'), 'code', 'FXT', 'name', 'Felixstowe'))).*
    from stock_warehouse warehouse where code = 'WH' limit 1`;
  const [kind] = await superuser`insert into stock_picking_type
    select (jsonb_populate_record(kind, jsonb_build_object('id', nextval('stock_picking_type_id_seq'),
      'warehouse_id', (select id from stock_warehouse where code = 'FXT')))).*
    from stock_picking_type kind where code = 'internal' limit 1 returning id`;
  const id = Number(kind?.['id']);
  await superuser`update stock_picking set picking_type_id = ${id}
    where state in ('waiting', 'confirmed', 'assigned') and id % 2 = 0`;
  const now = Temporal.Now.instant();
  const cutOffs = ['wh', 'fxt'].map((site) => ({ site, at: now.add({ hours: 23 }) }));
  await superuser`update stock_picking set date_deadline = (now() at time zone 'UTC') + interval '3 hours'
    where state in ('waiting', 'confirmed', 'assigned')`;
  const nothing = { web: undefined, canProbeGevent: false, rpc: undefined, log: undefined };
  const sources = { ...nothing, filestore: undefined, host: undefined, database };
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const deps = { clock, memory: createObserverMemory(), sources: () => sources };
  const { observation } = await lookAt(deps, labEnvironment(copy.name, 5));
  const sites = ['WH', 'FXT', 'NONE'].map((code) => ({ name: code.toLowerCase(), warehouses: [code] }));
  const [main, second, none] = siteBacklogs(sites, observation.samples, cutOffs, now);
  const [expected] = await superuser`select count(*) filter (where picking_type_id <> ${id})::int as main,
      count(*) filter (where picking_type_id = ${id})::int as second
    from stock_picking where state in ('waiting', 'confirmed', 'assigned')`;
  expect(expected?.['main']).toBeGreaterThan(0);
  expect(expected?.['second']).toBeGreaterThan(0);
  expect(main).toMatchObject({ openCount: expected?.['main'], dueBeforeNextCutOffCount: expected?.['main'] });
  expect(second).toMatchObject({ openCount: expected?.['second'], dueBeforeNextCutOffCount: expected?.['second'] });
  expect(none).toMatchObject({ openCount: null, notCounted: expect.stringContaining('Odoo has no warehouse NONE') });
});
