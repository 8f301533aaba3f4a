import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Interval, inside, outside, queueMeasures, shipmentMeasures } from './measures.ts';

const start = Temporal.Instant.from('2026-11-20T00:00:00Z');
const minutes = (from: number, to: number): Interval => ({
  from: start.add({ minutes: from }),
  to: start.add({ minutes: to }),
});
const length = (intervals: readonly Interval[]): number =>
  intervals.reduce((sum, { from, to }) => sum + to.since(from).total('minutes'), 0);

describe('peak and other times (MET-02)', () => {
  test('windows are clipped, merged and in order; the rest is what they leave', () => {
    const whole = minutes(0, 100);
    const windows = [minutes(50, 120), minutes(-10, 10), minutes(40, 60), minutes(10, 20)];
    expect(inside(whole, windows)).toEqual([minutes(0, 20), minutes(40, 100)]);
    expect(outside(whole, windows)).toEqual([minutes(20, 40)]);
    expect(outside(whole, [])).toEqual([whole]);
  });

  test('both together are the whole, whatever the windows', () => {
    const window = fc.tuple(fc.integer({ min: -50, max: 150 }), fc.integer({ min: 0, max: 80 }));
    fc.assert(
      fc.property(fc.array(window), (drawn) => {
        const whole = minutes(0, 100);
        const windows = drawn.map(([from, lasts]) => minutes(from, from + lasts));
        expect(length(inside(whole, windows)) + length(outside(whole, windows))).toBe(100);
      }),
    );
  });
});

const point = (mean: number, count = 1, maximum = mean, last = mean) => ({ mean, maximum, last, count });

describe('queues (MET-03)', () => {
  test('means weigh by how often was looked, the maximum is the worst, and each queue is its own', () => {
    const labels = { channel: 'root.edi', quantile: '0.95' };
    const points = [point(10, 3, 30, 12), point(20, 1, 25, 18)];
    const other = { metric: 'odoo_mail_outgoing_oldest_seconds', labels: {}, points: [point(5)] };
    const silent = { metric: 'odoo_cron_overdue_seconds', labels: {}, points: [] };
    const foreign = { metric: 'host_cpu_ratio', labels: {}, points: [point(1)] };
    const measured = queueMeasures([
      { metric: 'odoo_queue_job_delay_seconds', labels, points },
      other,
      silent,
      foreign,
    ]);
    expect(measured).toEqual([
      {
        queue: 'queue job',
        class: 'root.edi',
        statistic: '0.95',
        meanSeconds: 12.5,
        maximumSeconds: 30,
        lastSeconds: 18,
      },
      { queue: 'mail', class: 'outgoing', statistic: 'oldest', meanSeconds: 5, maximumSeconds: 5, lastSeconds: 5 },
    ]);
  });
});

describe('partners (MET-04)', () => {
  const shipped = (carrier_type: string, tracked: string, ...means: readonly number[]) => ({
    metric: 'odoo_shipment_per_hour',
    labels: { carrier_type, tracked },
    points: means.map((mean) => point(mean)),
  });

  test('deliveries with and without a tracking reference, per carrier; own rates call nobody', () => {
    const series = [shipped('dhl', 'yes', 8, 10), shipped('dhl', 'no', 2), shipped('fixed', 'no', 50)];
    expect(shipmentMeasures(series)).toEqual([
      {
        partner: 'dhl',
        type: 'shipment',
        succeeded: 18,
        failed: 2,
        retries: null,
        successRatio: 0.9,
        isInferred: true,
      },
    ]);
    expect(shipmentMeasures([shipped('ups', 'yes', 0)])).toEqual([]);
  });
});
