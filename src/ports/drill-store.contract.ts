import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { DrillReport } from '../core/recovery/index.ts';
import type { Store } from './store.ts';

const at = Temporal.Instant.from('2026-11-21T06:00:00.123456Z');

function report(startedAt: Temporal.Instant, environment = 'acme'): DrillReport {
  return {
    id: randomUUID(),
    environment,
    backup: '20261121T054512Z-logical-9f3a1c',
    startedAt,
    finishedAt: startedAt.add({ seconds: 90 }),
    verdict: 'not-recoverable',
    reasons: ['filestore.present: 1 files that the database names are not in the backup, first a3/a3f1 (label.pdf)'],
    phases: [
      { phase: 'fetch', seconds: 1.5 },
      { phase: 'teardown', seconds: 0.25 },
    ],
    checks: [{ name: 'filestore.present', outcome: 'failed', detail: '1 files', evidence: ['a3/a3f1 (label.pdf)'] }],
    rpoAchievedSeconds: 912.5,
    rtoAchievedSeconds: null,
  };
}

/** What every store promises about drills. */
export function describeDrillStore(open: () => Promise<Store>): void {
  test('drills come back as they were recorded, newest first, and are never changed', async () => {
    const { drills } = await open();
    const first = report(at);
    const second = report(at.add({ hours: 1 }));
    const other = report(at.add({ hours: 2 }), 'nordwind');
    for (const each of [first, second, other, { ...first, reasons: [] }]) await drills.record(each);
    expect(await drills.list({ limit: 10 })).toEqual([other, second, first]);
    expect(await drills.list({ environment: 'acme', limit: 1 })).toEqual([second]);
    expect(await drills.get(first.id)).toEqual(first);
    expect(await drills.get('no-such-id')).toBeUndefined();
  });

  test('a drill that is recorded in a transaction which fails was never there', async () => {
    const store = await open();
    const lost = report(at.add({ hours: 3 }));
    await expect(
      store.transaction(async (inside) => {
        await inside.drills.record(lost);
        throw new Error('undone');
      }),
    ).rejects.toThrow('undone');
    expect(await store.drills.get(lost.id)).toBeUndefined();
  });
}
