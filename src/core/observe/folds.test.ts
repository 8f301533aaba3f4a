import { describe, expect, test } from 'vitest';
import { availabilityByService, delayByQueue, exchangesByPartner } from './folds.ts';

const noon = Temporal.Instant.from('2026-11-20T12:00:00Z');
const later = (seconds: number): Temporal.Instant => noon.add({ seconds });

describe('folds over what was kept', () => {
  test('availability is by service: a host that is up with failing orders has less (MET-01)', () => {
    const runs = [
      { services: ['order-confirmation', 'shipment-confirmation'], outcome: 'failed' },
      { services: ['order-confirmation'], outcome: 'passed' },
      { services: ['order-confirmation'], outcome: 'unknown' },
      { services: ['portal'], outcome: 'refused' },
    ] as const;
    expect([...availabilityByService(runs)]).toEqual([
      ['order-confirmation', { good: 1, total: 2, ratio: 0.5 }],
      ['shipment-confirmation', { good: 0, total: 1, ratio: 0 }],
    ]);
  });

  test('delay is from enqueued to started, and what still waits is told apart (MET-03)', () => {
    const work = [
      { queue: 'labels', enqueuedAt: noon, startedAt: later(4) },
      { queue: 'labels', enqueuedAt: noon, startedAt: later(8) },
      { queue: 'labels', enqueuedAt: later(10), startedAt: undefined },
    ];
    expect(delayByQueue(work, later(70)).get('labels')).toEqual({
      startedCount: 2,
      waitingCount: 1,
      meanSeconds: 6,
      maximumSeconds: 8,
      oldestWaitingSeconds: 60,
    });
  });

  test('a success after a retry counts once, with the retry recorded (MET-04)', () => {
    const attempt = (exchange: string, outcome: 'succeeded' | 'failed') =>
      ({ partner: 'dhl', type: 'label', exchange, at: noon, outcome }) as const;
    const attempts = [
      attempt('1', 'failed'),
      attempt('1', 'succeeded'),
      attempt('2', 'failed'),
      attempt('3', 'succeeded'),
    ];
    expect(exchangesByPartner(attempts).get('dhl/label')).toEqual({
      succeeded: 2,
      failed: 1,
      retries: 1,
      successRatio: 2 / 3,
    });
  });
});
