import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LabDatabase, startLab } from '../../../test/lab/index.ts';
import { createPostgresOdooDatabase } from '../../adapters/odoo-database/postgres-odoo-database.ts';
import { createSecret } from '../../core/kernel/index.ts';
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
}, 300_000);

afterAll(async () => {
  await database?.close();
  await superuser?.end({ timeout: 2 });
  await copy?.drop();
});

const noon = Temporal.Instant.from('2026-11-20T12:00:00Z');

test('orders to confirm and invoices to post of a real Odoo 19 are counted, with what came and went today (SLO-08)', async () => {
  // The orders that the lab was seeded with, set to where the answers are known: ten of another day, and of the newest
  // four two wait, one was confirmed today, and one is of another day and was confirmed today.
  await superuser`update sale_order set state = 'sale', create_date = '2026-11-18 09:00', date_order = '2026-11-18 10:00'`;
  const ids = (await superuser<{ id: number }[]>`select id from sale_order order by id desc limit 4`).map(
    ({ id }) => id,
  );
  const [draft = 0, sent = 0, today = 0, older = 0] = ids;
  await superuser`update sale_order set state = 'draft', create_date = '2026-11-19 09:00' where id = ${draft}`;
  await superuser`update sale_order set state = 'sent', create_date = '2026-11-20 00:00' where id = ${sent}`;
  await superuser`update sale_order set create_date = '2026-11-20 08:00', date_order = '2026-11-20 09:00' where id = ${today}`;
  await superuser`update sale_order set date_order = '2026-11-20 11:59' where id = ${older}`;
  await superuser`delete from account_move where move_type in ('out_invoice', 'out_refund')`;
  const invoice = (state: string, type: string, created: string) => superuser`insert into account_move
      (journal_id, currency_id, company_id, date, state, move_type, auto_post, create_date)
    select journal.id, company.currency_id, company.id, '2026-11-20', ${state}, ${type}, 'no', ${created}::timestamp
    from account_journal journal join res_company company on company.id = journal.company_id order by journal.id limit 1`;
  await invoice('draft', 'out_invoice', '2026-11-19 10:00');
  await invoice('draft', 'out_refund', '2026-11-20 10:00');
  await invoice('posted', 'out_invoice', '2026-11-20 06:00');
  await invoice('draft', 'in_invoice', '2026-11-20 10:00');
  const nothing = { web: undefined, canProbeGevent: false, rpc: undefined, log: undefined, filestore: undefined };
  const deps = {
    clock: { now: () => noon, sleep: () => Promise.resolve() },
    memory: createObserverMemory(),
    sources: () => ({ ...nothing, host: undefined, database }),
  };
  const { samples } = await lookAt(deps, labEnvironment(copy.name, 5));
  const counted = (metric: string) => samples.find((sample) => sample.metric === metric)?.value;
  expect({
    waiting: counted('odoo_order_waiting_count'),
    created: counted('odoo_order_created_today_count'),
    confirmed: counted('odoo_order_confirmed_today_count'),
    drafts: counted('odoo_invoice_draft_count'),
    invoiced: counted('odoo_invoice_created_today_count'),
  }).toEqual({ waiting: 2, created: 2, confirmed: 2, drafts: 2, invoiced: 2 });
});
