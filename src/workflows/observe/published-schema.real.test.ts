import { afterAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { createPostgresOdooDatabase } from '../../adapters/odoo-database/postgres-odoo-database.ts';
import { createSecret } from '../../core/kernel/index.ts';
import { type OdooMajor, sqlPacks } from '../../core/observe/index.ts';
import { labEnvironment } from './lab.fixture.ts';
import { lookAt } from './look.ts';
import { createObserverMemory } from './memory.ts';
import { createPublishedTables, fillPublishedTables } from './published-schema.fixture.ts';

const { sql, url } = await createTestDatabase({ isEmpty: true });
const database = createPostgresOdooDatabase({ url: createSecret('published', url) });
afterAll(() => database.close());

const noon = Temporal.Instant.from('2026-11-20T12:00:00Z');

async function look(memory = createObserverMemory()) {
  const nothing = { web: undefined, canProbeGevent: false, rpc: undefined, log: undefined };
  const sources = { ...nothing, filestore: undefined, host: undefined, database };
  const clock = { now: () => noon, sleep: () => Promise.resolve() };
  const { observation } = await lookAt({ clock, memory, sources: () => sources }, labEnvironment('published', 5));
  return observation;
}

const outgoing = 'direction=outgoing picking_type=OUT';

/** What the rows of the fixture mean, worked out by hand. */
const answers = (major: OdooMajor): Readonly<Record<string, number>> => ({
  [`odoo_picking_backlog_count ${outgoing} state=assigned warehouse=RTM`]: 1,
  [`odoo_picking_backlog_count ${outgoing} state=confirmed warehouse=RTM`]: 1,
  [`odoo_picking_late_count ${outgoing} warehouse=RTM`]: 1,
  [`odoo_picking_late_oldest_seconds ${outgoing} warehouse=RTM`]: 7_200,
  'odoo_picking_due_count direction=outgoing horizon=1h picking_type=OUT warehouse=RTM': 1,
  'odoo_picking_due_count direction=outgoing horizon=4h picking_type=OUT warehouse=RTM': 1,
  'odoo_picking_due_count direction=outgoing horizon=24h picking_type=OUT warehouse=RTM': 1,
  'odoo_warehouse_count warehouse=RTM': 1,
  [`odoo_picking_created_per_hour ${outgoing} warehouse=RTM`]: 2,
  [`odoo_picking_done_per_hour ${outgoing} warehouse=RTM`]: 2,
  [`odoo_picking_created_today_count ${outgoing} warehouse=RTM`]: 5,
  [`odoo_picking_done_today_count ${outgoing} warehouse=RTM`]: 2,
  'odoo_picking_processing_seconds direction=outgoing quantile=0.5': 2_700,
  'odoo_picking_processing_seconds direction=outgoing quantile=0.95': 3_510,
  'odoo_stock_move_done_per_hour warehouse=RTM': 1,
  'odoo_picking_batch_count state=in_progress': 2,
  'odoo_picking_batch_count state=draft': 1,
  odoo_valuation_per_hour: 1,
  'odoo_shipment_per_hour carrier_type=dhl tracked=no': 1,
  'odoo_shipment_per_hour carrier_type=fixed tracked=yes': 1,
  'odoo_shipment_untracked_count carrier_type=dhl': 1,
  'odoo_order_confirmation_seconds quantile=0.5': 1_200,
  'odoo_order_confirmation_seconds quantile=0.95': 1_740,
  odoo_order_confirmed_per_hour: 2,
  odoo_order_line_per_hour: 3,
  'odoo_order_unconfirmed_count state=draft': 1,
  'odoo_order_unconfirmed_count state=sent': 1,
  odoo_order_waiting_count: 2,
  odoo_order_created_today_count: 4,
  odoo_order_confirmed_today_count: 2,
  odoo_order_to_invoice_count: 1,
  odoo_purchase_confirmed_per_hour: 1,
  odoo_invoice_draft_count: 1,
  odoo_invoice_created_per_hour: 1,
  odoo_invoice_created_today_count: 2,
  odoo_cron_active_count: 2,
  odoo_cron_overdue_count: 1,
  odoo_cron_overdue_seconds: 600,
  odoo_cron_idle_seconds: 300,
  ...(major >= 18 ? { odoo_cron_failing_count: 1 } : {}),
  odoo_mail_outgoing_count: 1,
  odoo_mail_outgoing_oldest_seconds: 3_600,
  odoo_mail_failed_count: 1,
  'odoo_queue_job_count channel=root state=pending': 2,
  'odoo_queue_job_count channel=root state=failed': 1,
  'odoo_queue_job_oldest_seconds channel=root': 600,
  'odoo_queue_job_delay_seconds channel=root quantile=0.5': 20,
  'odoo_queue_job_delay_seconds channel=root quantile=0.95': 29,
  'odoo_user_active_count kind=warehouse': 1,
  'odoo_user_active_count kind=office': 1,
  'odoo_user_active_count kind=portal': 1,
  'odoo_attachment_count storage=file': 1,
  'odoo_attachment_count storage=database': 1,
  'odoo_attachment_bytes storage=file': 100,
  'odoo_attachment_bytes storage=database': 50,
  odoo_audit_entry_count: 2,
  odoo_audit_oldest_seconds: 864_000,
});

const unproven = sqlPacks.filter((pack) => !pack.isProven).map((pack) => pack.major);

describe('SQL packs on the tables that published sources declare (OBS-06)', () => {
  test.each(unproven)('every question of Odoo %d runs and answers what its rows mean', async (major) => {
    await createPublishedTables(sql, major);
    await fillPublishedTables(sql, major);
    const { samples, crons, unreadIndicators, collectors } = await look();
    expect(collectors.find(({ collector }) => collector === 'database')).toMatchObject({ outcome: 'ok', detail: null });
    expect(unreadIndicators).toEqual([]);
    const found = samples
      .filter(({ metric }) => metric.startsWith('odoo_'))
      .map(({ metric, labels, value }) => {
        const pairs = Object.entries(labels).map(([name, text]) => `${name}=${text}`);
        return [[metric, ...pairs.sort()].join(' '), Math.round(value * 1_000) / 1_000] as const;
      });
    expect(Object.fromEntries(found)).toEqual(answers(major));
    expect(crons.find(({ overdueSeconds }) => overdueSeconds > 0)).toMatchObject({
      name: 'Mail: send',
      overdueSeconds: 600,
    });
  });

  test('a pack on the tables of another version is told, not guessed: 17 asks what 18 no longer has', async () => {
    await createPublishedTables(sql, 18);
    await fillPublishedTables(sql, 18);
    await sql`update ir_module_module set latest_version = '17.0.1.3' where name = 'base'`;
    const { unreadIndicators } = await look();
    expect(unreadIndicators.map(({ name }) => name)).toEqual(['cron-facts-14-15-17', 'crons-until-17']);
  });

  test('a version that no pack is for is refused with its name', async () => {
    await sql`update ir_module_module set latest_version = '13.0.1.3' where name = 'base'`;
    const { collectors } = await look();
    expect(collectors.find(({ collector }) => collector === 'indicators')).toMatchObject({
      outcome: 'failed',
      code: 'ODOO_VERSION_UNSUPPORTED',
      detail: 'Plimsoll has no SQL pack for Odoo 13.0.1.3.',
    });
  });
});
