import { expect, test } from 'vitest';
import { risingsOf, usualSeconds } from '../../core/cause/index.ts';
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

test.each(Array.from({ length: 24 }, (_, hour) => hour))(
  'at %d o’clock it has risen to where the causes of it are told (MET-14)',
  async (hour) => {
    const now = Temporal.Instant.from('2026-11-28T00:00:10Z').add({ hours: hour });
    const fake = createFakeSamples({ now: () => now, environments: ['acme-prod'], scenario: () => 'troubled' });
    const metric = 'odoo_picking_backlog_count';
    const from = now.subtract({ seconds: usualSeconds });
    const series = await fake.range({ environment: 'acme-prod', metric, from, to: now, stepSeconds: 300 });
    const indicators = series.map(({ labels, points }) => ({
      ...{ metric, labels },
      points: points.map(({ at, mean }) => ({ at, value: mean })),
    }));
    expect(risingsOf(indicators, now).map(({ title }) => title)).toContain('backlog of outgoing transfers');
  },
);
