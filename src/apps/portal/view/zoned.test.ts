import { describe, expect, test } from 'vitest';
import { instantOf } from './time.ts';
import { clockChange, dayLabel, utcLabel, wallTime, zonedLabel, zoneName } from './zoned.ts';

const amsterdam = 'Europe/Amsterdam';

describe('times in the site’s zone', () => {
  test('the same wall-clock cut-off has another zone name and another UTC instant after the autumn change', () => {
    const summer = instantOf('2026-10-23T15:00:00Z');
    const winter = instantOf('2026-10-26T16:00:00Z');
    expect([wallTime(summer, amsterdam), zoneName(summer, amsterdam)]).toEqual(['17:00', 'CEST']);
    expect([wallTime(winter, amsterdam), zoneName(winter, amsterdam)]).toEqual(['17:00', 'CET']);
  });

  test('the two 02:30 of the autumn night are told apart by their zone', () => {
    const now = instantOf('2026-10-25T00:00:00Z');
    expect(zonedLabel(instantOf('2026-10-25T00:30:00Z'), now, amsterdam)).toBe('today 02:30 CEST');
    expect(zonedLabel(instantOf('2026-10-25T01:30:00Z'), now, amsterdam)).toBe('today 02:30 CET');
  });

  test('today and tomorrow are the site’s, not the reader’s', () => {
    const now = instantOf('2026-11-21T23:30:00Z');
    const at = instantOf('2026-11-22T16:00:00Z');
    expect(dayLabel(at, now, amsterdam)).toBe('today');
    expect(dayLabel(at, now, 'Europe/London')).toBe('tomorrow');
    expect(dayLabel(instantOf('2026-11-23T16:00:00Z'), now, 'Europe/London')).toBe('Mon 23 Nov');
    expect(dayLabel(instantOf('2026-11-20T16:00:00Z'), now, 'Europe/London')).toBe('yesterday');
  });

  test('UTC is at hand', () => {
    expect(utcLabel(instantOf('2026-11-21T16:00:00.250Z'))).toBe('2026-11-21 16:00:00 UTC');
  });

  test('a day on which the clocks change says so', () => {
    expect(clockChange(Temporal.PlainDate.from('2026-10-25'), amsterdam)).toBe('clocks go back 1 h');
    expect(clockChange(Temporal.PlainDate.from('2026-03-29'), amsterdam)).toBe('clocks go forward 1 h');
    expect(clockChange(Temporal.PlainDate.from('2026-11-21'), amsterdam)).toBeUndefined();
    expect(clockChange(Temporal.PlainDate.from('2026-04-05'), 'Australia/Lord_Howe')).toBe('clocks go back 30 min');
  });
});
