import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Incident } from '../core/incident/index.ts';
import type { Store } from './store.ts';

const at = Temporal.Instant.from('2026-11-27T15:22:00.123456Z');

/** An incident that fills every field. */
export function exampleIncident(change: Partial<Incident> = {}): Incident {
  const done = { by: 'ada', at };
  const environment = change.environment ?? randomUUID();
  const impact = {
    ...{ sentence: '214 parcels', services: ['shipping'], sites: ['dc'], itemsAtRisk: 214 },
    deadline: { name: 'DHL', site: 'dc', siteTitle: 'Rotterdam', at, timezone: 'Europe/Amsterdam' },
  };
  return {
    ...{ id: randomUUID(), title: 'TABLE_LOCKED on stock_picking', environment, severity: 1, state: 'review' },
    ...{ environments: [environment], holds: [], impact, impacts: [{ environment, ...impact }] },
    cause: { code: 'TABLE_LOCKED', subject: 'stock_picking', summary: 'psql holds it' },
    ...{ owner: 'platform', boundary: 'ours', roles: { lead: 'ada' }, runbook: 'locked-table', alerts: ['a'] },
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
  test('an incident is found by every environment that suffers from it, and what it is about is of no other under way', async () => {
    const { incidents } = await open();
    const [one, two, shared] = [randomUUID(), randomUUID(), `integration/${randomUUID()}`];
    const holds = [`within/${one}`, shared];
    const wide = exampleIncident({ environment: one, environments: [one, two], state: 'open', holds });
    const other = exampleIncident({ environment: two, state: 'open', holds: [`within/${two}`] });
    await incidents.put([wide, other]);
    expect(await incidents.list({ environment: two, states: ['open'], limit: 9 })).toHaveLength(2);
    const passed = { ...other, holds: [...other.holds, shared] };
    await expect(incidents.put([passed])).rejects.toThrow();
  });

  test('what one incident lets go of, another may hold in the same put', async () => {
    const { incidents } = await open();
    const shared = `server/${randomUUID()}`;
    const wide = exampleIncident({ state: 'open', holds: [shared] });
    const other = exampleIncident({ state: 'open', holds: [] });
    await incidents.put([wide, other]);
    const [over, taking] = [
      { ...wide, state: 'review' as const, holds: [] },
      { ...other, holds: [shared] },
    ];
    await incidents.put([taking, over]);
    expect(await incidents.get(other.id)).toEqual(taking);
  });
}
