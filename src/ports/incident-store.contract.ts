import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Incident } from '../core/incident/index.ts';
import type { Store } from './store.ts';

const at = Temporal.Instant.from('2026-11-27T15:22:00.123456Z');

/** An incident that fills every field. */
export function exampleIncident(change: Partial<Incident> = {}): Incident {
  const done = { by: 'ada', at };
  return {
    ...{
      id: randomUUID(),
      title: 'TABLE_LOCKED on stock_picking',
      environment: randomUUID(),
      severity: 1,
      state: 'review',
    },
    cause: { code: 'TABLE_LOCKED', subject: 'stock_picking', summary: 'psql holds it' },
    ...{ owner: 'platform', boundary: 'ours', roles: { lead: 'ada' }, runbook: 'locked-table', alerts: ['a'] },
    impact: {
      ...{ sentence: '214 parcels', services: ['shipping'], sites: ['dc'], itemsAtRisk: 214 },
      deadline: { name: 'DHL', site: 'dc', siteTitle: 'Rotterdam', at, timezone: 'Europe/Amsterdam' },
    },
    faultStart: { at: at.subtract({ seconds: 20 }), because: 'it began then' },
    ...{ detectedAt: at, acknowledgedAt: at, recoveredAt: at, closedAt: null },
    steps: [{ index: 0, text: 'Look.', outcome: 'skipped', action: 'restart web', note: 'known', ...done }],
    requests: [{ index: 1, ...done, approvals: [{ ...done, by: 'bo' }] }],
    running: { index: 1, action: 'restart web', ...done },
    communications: [{ template: 'begun', audience: 'users', text: 'We are on it.', channels: ['mail'], ...done }],
    review: {
      summary: 'A session was left open.',
      actions: [
        {
          id: 'x',
          text: 'End them',
          owner: 'platform',
          due: '2026-12-11',
          evidence: 'ledger/7',
          closedBy: 'ada',
          closedAt: at,
        },
      ],
    },
    ...change,
  };
}

/** What every store promises about incidents. */
export function describeIncidentStore(open: () => Promise<Store>): void {
  test('incidents come back as they were put, newest first, by environment, state and time', async () => {
    const { incidents } = await open();
    const environment = randomUUID();
    const first = exampleIncident({ environment });
    const second = exampleIncident({ environment, state: 'open', detectedAt: at.add({ hours: 1 }), roles: {} });
    await incidents.put([first, second]);
    expect(await incidents.list({ environment, limit: 9 })).toEqual([second, first]);
    expect(await incidents.list({ environment, states: ['review', 'closed'], limit: 9 })).toEqual([first]);
    expect(await incidents.list({ environment, detectedSince: at.add({ minutes: 1 }), limit: 9 })).toEqual([second]);
    const closed = { ...first, state: 'closed' as const, closedAt: at };
    await incidents.put([closed]);
    expect(await incidents.get(first.id)).toEqual(closed);
    expect(await incidents.get('no-such-id')).toBeUndefined();
  });
}
