import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultThresholds } from '../estate/index.ts';
import { isStale, oldestCurrent, readEverySeconds, staleAfter } from './staleness.ts';

const now = Temporal.Instant.from('2026-11-20T12:00:00Z');
const ago = (seconds: number): Temporal.Instant => now.subtract({ milliseconds: Math.round(seconds * 1_000) });
const thresholds = defaultThresholds('production');
const plan = { thresholds, connect: { postgres: { url: 'env:URL' } } };
const throughRpc = { thresholds, connect: {} };

describe('a value is stale when it missed its own next read (OBS-01)', () => {
  test('what is read at every look keeps the limit of the estate', () => {
    expect(staleAfter({ collectEverySeconds: 10, staleAfterSeconds: 30 })).toBe(30);
  });

  test('what is read every 60 s is current between two reads, although staleAfter is 30 s', () => {
    const sample = { metric: 'odoo_order_confirmed_per_hour' };
    expect(readEverySeconds(plan, sample.metric)).toBe(60);
    expect([1, 31, 59, 70, 90].map((age) => isStale(plan, { ...sample, at: ago(age) }, now))).toEqual(
      Array(5).fill(false),
    );
  });

  test('and stale once the reads truly stopped', () => {
    const sample = { metric: 'odoo_order_confirmed_per_hour' };
    expect([91, 120, 3_600].map((age) => isStale(plan, { ...sample, at: ago(age) }, now))).toEqual([true, true, true]);
  });

  test('an environment looked at every 60 s with staleAfter 30 s is not unknown half of the time', () => {
    const slow = { collectEverySeconds: 60, staleAfterSeconds: 30 };
    expect(staleAfter(slow)).toBe(90);
    expect(staleAfter(slow, 60)).toBe(150);
  });

  test('journeys and counts through the API have paces of their own', () => {
    expect(readEverySeconds(plan, 'journey_success_ratio')).toBe(thresholds.journeyEverySeconds);
    expect(readEverySeconds(plan, 'odoo_picking_backlog_count')).toBe(0);
    expect(readEverySeconds(throughRpc, 'odoo_picking_backlog_count')).toBe(60);
    expect(readEverySeconds(plan, 'odoo_attachment_bytes')).toBe(900);
    expect(readEverySeconds(plan, 'host_cpu_ratio')).toBe(0);
    expect(readEverySeconds(throughRpc, 'odoo_endpoint_up')).toBe(0);
  });

  test('whatever the paces, a value outlives its next read and no value lives for ever', () => {
    const seconds = fc.integer({ min: 1, max: 3_600 });
    fc.assert(
      fc.property(
        seconds,
        seconds,
        fc.constantFrom(0, 60, 300, 900),
        (collectEverySeconds, staleAfterSeconds, every) => {
          const limit = staleAfter({ collectEverySeconds, staleAfterSeconds }, every);
          const nextReadWithin = every + collectEverySeconds;
          expect(limit).toBeGreaterThan(nextReadWithin);
          expect(limit).toBeGreaterThanOrEqual(staleAfterSeconds);
          expect(limit).toBeLessThanOrEqual(Math.max(staleAfterSeconds, nextReadWithin + 2 * collectEverySeconds));
        },
      ),
    );
  });

  test('nothing current is older than the oldest that the store is asked for', () => {
    const metrics = ['odoo_attachment_bytes', 'journey_success_ratio', 'host_cpu_ratio'];
    for (const metric of metrics) {
      expect(isStale(plan, { metric, at: oldestCurrent(plan, now).subtract({ seconds: 1 }) }, now)).toBe(true);
    }
  });
});
