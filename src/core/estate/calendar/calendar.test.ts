import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CalendarEvent } from '../model.ts';
import { occurrences } from './occurrences.ts';
import { readRule } from './rule.ts';
import { event, instant } from './test-event.ts';

const utcTimes = (subject: CalendarEvent, from: string, to: string) =>
  occurrences(subject, instant(from), instant(to)).map(({ at }) => at.toString());

describe('EST-10: rules become exact instants across daylight-saving changes', () => {
  test('five o’clock in Rotterdam is 16:00 UTC in winter and 15:00 UTC in summer', () => {
    const cutOff = event('Europe/Amsterdam', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=17;BYMINUTE=0');
    expect(utcTimes(cutOff, '2026-03-27T00:00Z', '2026-03-31T00:00Z')).toEqual([
      '2026-03-27T16:00:00Z',
      '2026-03-30T15:00:00Z',
    ]);
    expect(utcTimes(cutOff, '2026-10-23T00:00Z', '2026-10-27T00:00Z')).toEqual([
      '2026-10-23T15:00:00Z',
      '2026-10-26T16:00:00Z',
    ]);
  });

  test('a rule that names no hour begins at local midnight', () => {
    const monthEnd = event('Europe/Amsterdam', 'FREQ=MONTHLY;BYMONTHDAY=-1');
    expect(utcTimes(monthEnd, '2026-02-01T00:00Z', '2026-05-01T00:00Z')).toEqual([
      '2026-02-27T23:00:00Z',
      '2026-03-30T22:00:00Z',
      '2026-04-29T22:00:00Z',
    ]);
  });

  test.each([
    ['Europe/Amsterdam', '2026-03-29', 2, ['2026-03-29T01:30:00Z']],
    ['America/New_York', '2026-03-08', 2, ['2026-03-08T07:30:00Z']],
    ['Australia/Lord_Howe', '2026-10-04', 2, ['2026-10-03T15:30:00Z']],
  ])('in %s on %s the skipped half past %d happens once, moved on by the gap', (zone, day, hour, expected) => {
    const nightly = event(zone, `FREQ=DAILY;BYHOUR=${hour};BYMINUTE=${zone.startsWith('Aus') ? 0 : 30}`);
    const midnight = Temporal.PlainDate.from(day).toZonedDateTime(zone);
    const found = occurrences(nightly, midnight.toInstant(), midnight.add({ days: 1 }).toInstant());
    expect(found.map(({ at }) => at.toString())).toEqual(expected);
  });

  test.each([
    ['Europe/Amsterdam', '2026-10-25', 2, 30, ['2026-10-25T00:30:00Z']],
    ['America/New_York', '2026-11-01', 1, 30, ['2026-11-01T05:30:00Z']],
    ['Australia/Lord_Howe', '2026-04-05', 1, 45, ['2026-04-04T14:45:00Z']],
  ])('in %s on %s the repeated local time happens once, at its first passing', (zone, day, hour, minute, expected) => {
    const nightly = event(zone, `FREQ=DAILY;BYHOUR=${hour};BYMINUTE=${minute}`);
    const midnight = Temporal.PlainDate.from(day).toZonedDateTime(zone);
    const found = occurrences(nightly, midnight.toInstant(), midnight.add({ days: 1 }).toInstant());
    expect(found.map(({ at }) => at.toString())).toEqual(expected);
  });

  test('where midnight itself is skipped (Cairo), the day begins at one', () => {
    const daily = event('Africa/Cairo', 'FREQ=DAILY');
    expect(utcTimes(daily, '2026-04-23T12:00Z', '2026-04-24T12:00Z')).toEqual(['2026-04-23T22:00:00Z']);
  });

  test('a zone with a half-hour offset has exact instants too', () => {
    const daily = event('Asia/Kolkata', 'FREQ=DAILY;BYHOUR=17');
    expect(utcTimes(daily, '2026-01-01T00:00Z', '2026-01-02T00:00Z')).toEqual(['2026-01-01T11:30:00Z']);
  });

  test('a whole day on the wall is 23 hours long in spring; 24 hours are 24 hours', () => {
    const rule = 'FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=29';
    const lengthOf = (lastsDays: number) => {
      const peak = event('Europe/Amsterdam', rule, { lastsSeconds: 86_400, lastsDays });
      const [found] = occurrences(peak, instant('2026-03-28T12:00Z'), instant('2026-03-29T12:00Z'));
      return found?.until?.since(found.at).total('hours');
    };
    expect(lengthOf(1)).toBe(23);
    expect(lengthOf(0)).toBe(24);
  });
});

describe('rules count and leave out', () => {
  test('every second week counts from its start', () => {
    const rule = 'FREQ=WEEKLY;INTERVAL=2;BYHOUR=9';
    const found = utcTimes(event('UTC', rule, { starts: '2026-01-07' }), '2026-01-01T00:00Z', '2026-02-10T00:00Z');
    expect(found).toEqual(['2026-01-07T09:00:00Z', '2026-01-21T09:00:00Z', '2026-02-04T09:00:00Z']);
  });

  test('a DTSTART inside the rule is the same as `starts`', () => {
    const written = event(
      'Europe/Amsterdam',
      'DTSTART;TZID=Europe/Amsterdam:20260107T090000\nRRULE:FREQ=DAILY;COUNT=2',
    );
    expect(utcTimes(written, '2026-01-01T00:00Z', '2026-02-01T00:00Z')).toEqual([
      '2026-01-07T08:00:00Z',
      '2026-01-08T08:00:00Z',
    ]);
  });

  test('UNTIL is the last moment, in UTC or in local time', () => {
    const rule = (until: string) => event('Europe/Amsterdam', `FREQ=DAILY;BYHOUR=17;UNTIL=${until}`);
    const count = (until: string) => utcTimes(rule(until), '2026-01-01T00:00Z', '2026-02-01T00:00Z').length;
    expect(count('20260105T160000Z')).toBe(5);
    expect(count('20260105T155959Z')).toBe(4);
    expect(count('20260105')).toBe(5);
  });

  test('a holiday is left out', () => {
    const daily = event('UTC', 'FREQ=DAILY', { except: ['2026-12-25'] });
    expect(utcTimes(daily, '2026-12-24T00:00Z', '2026-12-27T00:00Z')).toEqual([
      '2026-12-24T00:00:00Z',
      '2026-12-26T00:00:00Z',
    ]);
  });

  test('a window that began before the range is still in it', () => {
    const freeze = event('UTC', 'FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=20', { lastsSeconds: 36 * 86_400, lastsDays: 36 });
    expect(utcTimes(freeze, '2026-12-20T00:00Z', '2026-12-21T00:00Z')).toEqual(['2026-11-20T00:00:00Z']);
    expect(utcTimes(freeze, '2026-12-26T00:00Z', '2026-12-27T00:00Z')).toEqual([]);
  });

  test.each([
    ['FREQ=SECONDLY', 'RULE_TOO_FREQUENT'],
    ['FREQ=MINUTELY;INTERVAL=5', 'RULE_TOO_FREQUENT'],
    ['FREQ=DAILY;BYHOUR=25', 'RULE_INVALID'],
    ['FREQ=FORTNIGHTLY', 'RULE_INVALID'],
    ['FREQ=DAILY;COUNT=2;UNTIL=20260101', 'RULE_INVALID'],
    ['FREQ=WEEKLY;BYDAY=1MO', 'RULE_INVALID'],
    ['FREQ=DAILY;FREQ=DAILY', 'RULE_INVALID'],
    ['every monday', 'RULE_INVALID'],
    ['', 'RULE_INVALID'],
    ['DTSTART;TZID=America/New_York:20260101\nRRULE:FREQ=DAILY', 'RULE_INVALID'],
  ])('%o is refused as %s', (rule, code) => {
    expect(readRule(event('Europe/Amsterdam', rule))).toMatchObject({ code });
  });
});

const zones = fc.constantFrom(
  'Europe/Amsterdam',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Africa/Cairo',
  'America/Santiago',
  'Pacific/Apia',
  'UTC',
);
const starts = fc
  .integer({ min: 0, max: 365 * 12 })
  .map((days) => Temporal.Instant.from('2020-01-01T00:00Z').add({ hours: days * 24 }));
const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** Another way to the same answer: walk the days of the wall calendar and ask each whether it is one of the rule's. */
function bruteForce(
  zone: string,
  from: Temporal.Instant,
  to: Temporal.Instant,
  isDay: (day: Temporal.PlainDate) => boolean,
  time: Temporal.PlainTime,
): string[] {
  const found: string[] = [];
  let day = from.toZonedDateTimeISO(zone).toPlainDate().subtract({ days: 2 });
  const last = to.toZonedDateTimeISO(zone).toPlainDate().add({ days: 2 });
  for (; Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) {
    if (!isDay(day)) continue;
    const at = day.toZonedDateTime({ timeZone: zone, plainTime: time }).toInstant();
    if (Temporal.Instant.compare(at, from) >= 0 && Temporal.Instant.compare(at, to) < 0) found.push(at.toString());
  }
  return found;
}

describe('EST-10: occurrences agree with a walk over the days', () => {
  const time = fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.constantFrom(0, 15, 30, 45) });
  const span = fc.integer({ min: 1, max: 60 });

  test('for weekly rules', () => {
    fc.assert(
      fc.property(
        zones,
        starts,
        span,
        time,
        fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        (zone, from, days, at, on) => {
          const to = from.add({ hours: days * 24 });
          const byDay = on.map((day) => weekdays[day - 1]).join(',');
          const subject = event(zone, `FREQ=WEEKLY;BYDAY=${byDay};BYHOUR=${at.hour};BYMINUTE=${at.minute}`);
          const expected = bruteForce(zone, from, to, (day) => on.includes(day.dayOfWeek), Temporal.PlainTime.from(at));
          expect(occurrences(subject, from, to).map((found) => found.at.toString())).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('for days of the month, counted from either end', () => {
    const ordinal = fc.integer({ min: -28, max: 28 }).filter((day) => day !== 0);
    fc.assert(
      fc.property(zones, starts, span, time, ordinal, (zone, from, days, at, nth) => {
        const to = from.add({ hours: days * 24 });
        const subject = event(zone, `FREQ=MONTHLY;BYMONTHDAY=${nth};BYHOUR=${at.hour};BYMINUTE=${at.minute}`);
        const isDay = (day: Temporal.PlainDate) => day.day === (nth > 0 ? nth : day.daysInMonth + 1 + nth);
        expect(occurrences(subject, from, to).map((found) => found.at.toString())).toEqual(
          bruteForce(zone, from, to, isDay, Temporal.PlainTime.from(at)),
        );
      }),
      { numRuns: 150 },
    );
  });

  test('and keep their wall-clock hour wherever that hour exists', () => {
    fc.assert(
      fc.property(zones, starts, time, (zone, from, at) => {
        const subject = event(zone, `FREQ=DAILY;BYHOUR=${at.hour};BYMINUTE=${at.minute}`);
        for (const found of occurrences(subject, from, from.add({ hours: 24 * 40 }))) {
          const local = found.at.toZonedDateTimeISO(zone);
          const wanted = local.toPlainDate().toPlainDateTime(at);
          const exists = wanted.toZonedDateTime(zone).toPlainDateTime().equals(wanted);
          if (exists) expect([local.hour, local.minute]).toEqual([at.hour, at.minute]);
        }
      }),
      { numRuns: 100 },
    );
  });
});
