import { describe, expect, test } from 'vitest';
import { formatBudget, formatMargin, timesAlong } from './objectives.ts';

describe('what is left of a budget', () => {
  test('is never rounded up to more, nor an overspent one to nothing', () => {
    expect([0.999, 0.58, 0, -0.001, -1.131].map(formatBudget)).toEqual(['99 %', '58 %', '0 %', '−1 %', '−113 %']);
    expect(formatBudget(null)).toBe('unknown');
    expect([0.0022, -0.0034].map(formatMargin)).toEqual(['+0.22 pp', '−0.34 pp']);
  });

  test('stands over the days of its window, and over hours where that is short', () => {
    const at = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;
    const month = timesAlong(at('2026-10-29T14:00:00Z'), at('2026-11-28T14:00:00Z'));
    expect(month.map(({ text }) => text)).toEqual(['3 Nov', '8 Nov', '13 Nov', '18 Nov', '23 Nov', '28 Nov']);
    expect(month.every(({ ratio }) => ratio >= 0 && ratio <= 1)).toBe(true);
    const day = timesAlong(at('2026-11-28T01:30:00Z'), at('2026-11-28T14:00:00Z'));
    expect(day.map(({ text }) => text)).toEqual(['03:00', '06:00', '09:00', '12:00']);
  });
});
