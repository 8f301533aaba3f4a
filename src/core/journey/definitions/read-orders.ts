import { z } from 'zod';
import { countRecords, fail, readRecords, searchRead } from '../../script/index.ts';
import { type JourneyDefinition, step } from '../definition.ts';
import { odooInstant } from './leftovers.ts';

/** Reads what a planner looks at first, and whether scheduled jobs run. Changes nothing. */
export const readOrders: JourneyDefinition = {
  name: 'read-orders',
  summary: 'Orders and transfers can be searched and read, and scheduled jobs run on time.',
  actor: 'operator',
  writes: false,
  steps: [
    { name: 'read orders', deadlineSeconds: 10 },
    { name: 'read transfers', deadlineSeconds: 10 },
    { name: 'scheduled jobs run', deadlineSeconds: 10 },
  ],
  script: function* (input) {
    const identified = { id: z.number().int(), name: z.string() };
    yield* step('read orders');
    const orders = yield* searchRead('sale.order', [], identified, { limit: 5, order: 'id desc' });
    const orderIds = orders.map(({ id }) => id);
    if (orderIds.length > 0) {
      const again = yield* readRecords('sale.order', orderIds, { state: z.string(), amount_total: z.number() });
      if (again.length !== orderIds.length)
        yield* fail(`${orderIds.length} orders were found but ${again.length} could be read`);
    }
    yield* step('read transfers');
    yield* countRecords('stock.picking', [['state', 'in', ['confirmed', 'waiting', 'assigned']]]);
    yield* searchRead('stock.picking', [], identified, { limit: 5, order: 'id desc' });
    yield* step('scheduled jobs run');
    const late = odooInstant(input.now.subtract({ seconds: Math.ceil(input.cronOverdueAfterSeconds) }));
    const overdue = yield* searchRead(
      'ir.cron',
      [
        ['active', '=', true],
        ['nextcall', '<', late],
      ],
      { cron_name: z.string(), nextcall: z.string() },
      { limit: 5, order: 'nextcall' },
    );
    const first = overdue[0];
    if (first !== undefined) {
      yield* fail(
        `"${first.cron_name}" should have run at ${first.nextcall} UTC and has not: scheduled jobs stand still`,
      );
    }
  },
};
