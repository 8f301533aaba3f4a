import { describe, expect, test } from 'vitest';
import type { CalendarEventKind, Site } from '../model.ts';
import { occurrences } from './occurrences.ts';
import { activePeak, activeProfile, calendarOf, describeOccurrence, isFrozen, nextCutOff } from './questions.ts';
import { event, instant, place } from './test-event.ts';

describe('EST-10: what releases, alerts and capacity ask of the calendar', () => {
  const kindOf = (kind: CalendarEventKind, more: Parameters<typeof event>[2]) => ({ kind, site: 'rotterdam', ...more });
  const zone = 'Europe/Amsterdam';
  const site: Site = {
    name: 'rotterdam',
    timezone: zone,
    place,
    calendar: [
      event(
        zone,
        'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=17',
        kindOf('cut-off', { name: 'dhl', service: 'shipping' }),
      ),
      event(zone, 'FREQ=DAILY;BYHOUR=19', kindOf('cut-off', { name: 'post', service: 'letters' })),
      event(
        zone,
        'FREQ=MONTHLY;BYMONTHDAY=-1',
        kindOf('peak', { name: 'end', lastsSeconds: 86_400, profile: 'month-end' }),
      ),
      event(
        zone,
        'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=20',
        kindOf('freeze', { name: 'xmas', lastsSeconds: 864_000, lastsDays: 10 }),
      ),
    ],
  };

  test('the next cut-off of all, and of one service', () => {
    const friday = instant('2026-03-27T16:00:00Z');
    expect(nextCutOff([site], friday)?.event.name).toBe('post');
    expect(nextCutOff([site], friday, 'shipping')?.at.toString()).toBe('2026-03-30T15:00:00Z');
    expect(nextCutOff([site], friday, 'nothing')).toBeUndefined();
  });

  test('a cut-off at this very instant is not the next one', () => {
    expect(nextCutOff([site], instant('2026-03-26T16:00:00Z'), 'shipping')?.at.toString()).toBe('2026-03-27T16:00:00Z');
  });

  test('the active peak and its profile, from the first instant to before the last', () => {
    expect(activeProfile([site], instant('2026-03-30T21:59:59Z'))).toBeUndefined();
    expect(activeProfile([site], instant('2026-03-30T22:00:00Z'))).toBe('month-end');
    expect(activePeak([site], instant('2026-03-31T21:59:59Z'))?.event.name).toBe('end');
    expect(activePeak([site], instant('2026-03-31T22:00:00Z'))).toBeUndefined();
  });

  test('whether an instant is frozen, and why', () => {
    expect(isFrozen([site], instant('2026-12-19T22:59:59Z'))).toMatchObject({ isFrozen: false, reason: '' });
    expect(isFrozen([site], instant('2026-12-24T12:00:00Z'))).toMatchObject({
      isFrozen: true,
      reason: 'xmas of rotterdam lasts until 2026-12-30 00:00 (Europe/Amsterdam)',
    });
  });

  test('entries carry UTC and the wall clock, in order', () => {
    const entries = calendarOf([site], instant('2026-03-30T00:00Z'), instant('2026-03-31T00:00Z')).map(
      describeOccurrence,
    );
    expect(entries.map(({ name, at }) => [name, at])).toEqual([
      ['dhl', '2026-03-30T15:00:00Z'],
      ['post', '2026-03-30T17:00:00Z'],
      ['end', '2026-03-30T22:00:00Z'],
    ]);
    expect(entries[2]).toEqual({
      site: 'rotterdam',
      name: 'end',
      kind: 'peak',
      at: '2026-03-30T22:00:00Z',
      until: '2026-03-31T22:00:00Z',
      local: '2026-03-31T00:00:00+02:00',
      timezone: zone,
      profile: 'month-end',
    });
  });

  test('a rule of every quarter of an hour is complete over a year', () => {
    const busy = event('UTC', 'FREQ=MINUTELY;INTERVAL=15');
    expect(occurrences(busy, instant('2026-01-01T00:00Z'), instant('2027-01-01T00:00Z')).length).toBe(96 * 365);
  });
});
