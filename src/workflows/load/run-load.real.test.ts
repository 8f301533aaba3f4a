import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type JourneyGround, openJourneyGround } from '../../../test/journeys/ground.ts';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { type LoadProfile, loadClasses } from '../../core/load/index.ts';
import { runLoad } from './run-load.ts';

const profile: LoadProfile = {
  name: 'every class',
  ratesPerSecond: Object.fromEntries(loadClasses.map((name) => [name, name === 'scan' ? 0.5 : 0.15])),
  rampSeconds: 0,
  bursts: [],
  mostInFlight: 32,
};

let ground: JourneyGround;

beforeAll(async () => {
  ground = await openJourneyGround();
});

afterAll(() => ground?.close());

describe('driving a real Odoo', () => {
  test('every class of work succeeds at open arrivals, and all that it made bears the mark', async () => {
    const rpc = await ground.dependencies().odoo.operator(ground.environment);
    const [before] = await ground.sql`select coalesce(max(id), 0) as picking from stock_picking`;
    const options = { profile, seed: 7, forSeconds: 25 };
    const report = await runLoad({ clock: systemClock, rpc }, ground.environment, options);
    if ('kind' in report) throw new Error(JSON.stringify(report));
    for (const row of report.classes) {
      expect(row, JSON.stringify(row)).toMatchObject({ failed: 0, unfinished: 0, errors: {} });
      expect(row.done, row.class).toBeGreaterThan(0);
      expect(row.p50Seconds, row.class).toBeGreaterThan(0);
      expect(row.done + row.shed + row.starved, row.class).toBe(row.arrived);
    }
    expect(report.classes.map((row) => row.class)).toEqual([...loadClasses]);
    const [counts] = await ground.sql`
      select
        (select count(*)::int from sale_order where client_order_ref like 'PLIMSOLL-LOAD/7/order-import/%') as orders,
        (select count(*)::int from stock_picking where state = 'done' and carrier_tracking_ref like 'PLIMSOLL-LOAD-%') as labelled,
        (select count(*)::int from stock_move m join stock_picking p on p.id = m.picking_id
           join product_product g on g.id = m.product_id
           where p.id > ${before?.['picking']} and g.default_code not like 'PLIMSOLL-LOAD-%') as foreign_goods`;
    expect(counts?.['orders']).toBeGreaterThan(0);
    expect(counts?.['labelled']).toBeGreaterThan(0);
    expect(counts?.['foreign_goods']).toBe(0);
  });
});
