import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calendarPeriods, furthestSecondsOf, windowAt, windowSecondsOf } from './window.ts';

const zones = ['UTC', 'Europe/Amsterdam', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia'];

const moment = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2032, 0, 1) });
const period = fc.constantFrom(...calendarPeriods);
const zone = fc.constantFrom(...zones);

test('a period of the calendar holds its moment, begins at a local midnight, ends where the next begins, and is never longer than what is read', () => {
  fc.assert(
    fc.property(moment, period, zone, (milliseconds, each, timezone) => {
      const window = { kind: 'calendar', period: each, timezone } as const;
      const at = Temporal.Instant.fromEpochMilliseconds(milliseconds);
      const { from, to, seconds } = windowAt(window, at);
      expect(Temporal.Instant.compare(from, at)).toBeLessThanOrEqual(0);
      expect(Temporal.Instant.compare(at, to)).toBeLessThan(0);
      const local = from.toZonedDateTimeISO(timezone);
      expect(local.equals(local.startOfDay())).toBe(true);
      expect(windowAt(window, to).from.equals(to)).toBe(true);
      expect(seconds).toBeLessThanOrEqual(furthestSecondsOf(window));
    }),
  );
});

test.each([
  // 31 days and the hour that came twice; 90 days less the one that never came.
  ['month', '2026-10-31T22:59:59Z', 31 * 24 + 1],
  ['month', '2026-03-15T12:00:00Z', 31 * 24 - 1],
  ['week', '2026-10-25T12:00:00Z', 7 * 24 + 1],
  ['quarter', '2026-12-31T22:00:00Z', 92 * 24 + 1],
  ['quarter', '2026-02-01T00:00:00Z', 90 * 24 - 1],
] as const)('a %s at %s in Amsterdam has %i hours', (each, at, hours) => {
  const window = { kind: 'calendar', period: each, timezone: 'Europe/Amsterdam' } as const;
  expect(windowAt(window, Temporal.Instant.from(at)).seconds).toBe(hours * 3_600);
});

test('burn rules take a period for its usual length', () => {
  expect(calendarPeriods.map((each) => windowSecondsOf({ kind: 'calendar', period: each, timezone: 'UTC' }))).toEqual(
    [7, 30, 91].map((days) => days * 86_400),
  );
});
