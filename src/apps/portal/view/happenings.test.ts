import { describe, expect, test } from 'vitest';
import { happeningsSince } from './happenings.ts';
import type { Alert, TimelineEntry } from './resources.ts';

const entry = (minute: number, change: Partial<TimelineEntry>): TimelineEntry => ({
  ...{ at: `2026-11-18T12:${String(minute).padStart(2, '0')}:00Z`, kind: 'change', title: 'changed', detail: null },
  ...{ tone: 'neutral', link: null, ...change },
});
const since = '2026-11-18T12:00:00Z';

describe('what happened while a line was drawn (OBS-07)', () => {
  test('changes, troubles and alerts are numbered from the oldest on; what is over and what ran is left out', () => {
    const alert = { openedAt: '2026-11-18T12:20:00Z', impact: '31 parcels are at risk', code: 'TABLE_LOCKED' } as Alert;
    const shown = happeningsSince(
      since,
      [
        entry(30, { kind: 'health', tone: 'good', title: 'it is over' }),
        entry(15, { kind: 'health', tone: 'bad', title: 'TABLE_LOCKED on stock_picking' }),
        entry(10, { title: 'environment software changed', detail: 'installed: delivery_x' }),
        entry(18, { kind: 'incident', tone: 'bad', title: 'Incident: TABLE_LOCKED' }),
        entry(5, { kind: 'journey', title: 'Journey ship-order passed' }),
      ],
      [alert],
    );
    expect(shown.map(({ number, what }) => [number, what])).toEqual([
      [1, 'environment software changed'],
      [2, 'TABLE_LOCKED on stock_picking'],
      [3, 'Incident: TABLE_LOCKED'],
      [4, 'Alert: 31 parcels are at risk'],
    ]);
  });

  test('nothing from before the line begins, and of many the newest', () => {
    const many = Array.from({ length: 30 }, (_, minute) => entry(minute, { title: `change ${minute}` }));
    expect(happeningsSince('2026-11-18T12:28:00Z', many, []).map(({ what }) => what)).toEqual([
      'change 28',
      'change 29',
    ]);
    expect(happeningsSince(since, many, [])).toHaveLength(12);
    expect(happeningsSince(since, many, []).at(-1)).toMatchObject({ number: 12, what: 'change 29' });
  });
});
