import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { JourneyRun } from '../core/journey/index.ts';
import type { Store } from './store.ts';

const at = Temporal.Instant.from('2026-11-21T06:00:00.123456Z');
const later = at.add({ minutes: 1 });

const run = (startedAt: Temporal.Instant, journey: string, outcome: JourneyRun['outcome'] = 'failed'): JourneyRun => ({
  id: randomUUID(),
  environment: 'acme',
  journey,
  services: ['shipment-confirmation'],
  startedAt,
  durationSeconds: 1.25,
  outcome,
  reason: 'The method raised.',
  steps: [{ name: 'confirm', outcome: 'failed', durationSeconds: 0.5, detail: 'boom' }],
});

/** What every store promises of journeys. Each test gets a store of its own. */
export function describeJourneyStore(create: () => Promise<Store> | Store): void {
  test('journey runs come newest first, once each, filtered, and are forgotten when old', async () => {
    const store = await create();
    const [a, b] = [run(at, 'ship-order'), run(later, 'receive-goods')];
    for (const each of [a, b, a]) await store.journeys.record(each);
    expect(await store.journeys.list({ limit: 10 })).toEqual([b, a]);
    expect(await store.journeys.list({ journey: 'ship-order', environment: 'acme', limit: 10 })).toEqual([a]);
    expect(await store.journeys.get(a.id)).toEqual(a);
    expect(await store.journeys.get('no-such-id')).toBeUndefined();
    expect(await store.journeys.prune(later)).toBe(1);
    expect(await store.journeys.list({ limit: 10 })).toEqual([b]);
  });

  test('journey runs are counted by environment and journey; those that could not tell count neither way', async () => {
    const store = await create();
    const runs = [
      run(at, 'ship-order', 'passed'),
      run(later, 'ship-order', 'failed'),
      run(later, 'ship-order', 'unknown'),
      run(later, 'receive-goods', 'passed'),
      { ...run(later, 'receive-goods', 'passed'), environment: 'other' },
    ];
    for (const each of runs) await store.journeys.record(each);
    const [shipped, received] = ['ship-order', 'receive-goods'].map((journey) => ({ environment: 'acme', journey }));
    expect(await store.journeys.tally(at)).toEqual([
      { ...received, passedCount: 1, failedCount: 0 },
      { ...shipped, passedCount: 1, failedCount: 1 },
      { ...received, environment: 'other', passedCount: 1, failedCount: 0 },
    ]);
    expect(await store.journeys.tally(later)).toContainEqual({ ...shipped, passedCount: 0, failedCount: 1 });
    expect(await store.journeys.tally(later.add({ seconds: 1 }))).toEqual([]);
  });
}
