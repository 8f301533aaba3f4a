import { expect, test } from 'vitest';
import { createFakeSamples } from './samples.ts';

test('the newest backlog behind the lock is the one at the end of its chart', async () => {
  const now = Temporal.Instant.from('2026-11-28T11:00:10Z');
  const of = (scenario: 'troubled' | 'calm') =>
    createFakeSamples({ now: () => now, environments: ['acme-prod'], scenario: () => scenario });
  const newest = async (scenario: 'troubled' | 'calm') => {
    const found = await of(scenario).newestOf(['odoo_picking_backlog_count'], now.subtract({ minutes: 5 }));
    return found.reduce((total, { value }) => total + value, 0);
  };
  expect((await newest('troubled')) / (await newest('calm'))).toBeCloseTo(3);
  const range = await of('troubled').range({
    environment: 'acme-prod',
    metric: 'odoo_picking_backlog_count',
    from: now.subtract({ minutes: 1 }),
    to: now,
    stepSeconds: 10,
  });
  const drawn = range.reduce((total, { points }) => total + (points.at(-1)?.last ?? 0), 0);
  expect((await newest('troubled')) / drawn).toBeCloseTo(1, 0);
});
