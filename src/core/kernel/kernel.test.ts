import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countOf,
  createRandom,
  formatBytes,
  formatDuration,
  formatPercent,
  parseDuration,
  parsePercent,
  seedFrom,
} from './index.ts';

describe('durations', () => {
  test.each([
    ['90s', 90],
    ['5m', 300],
    ['1h30m', 5_400],
    ['30d', 2_592_000],
    ['250ms', 0.25],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each(['', '5', 'm', '5 m', '-5m', '5y', '5mx'])('%o is not a duration', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test('what is written for whole units reads back as the same length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 59 }), fc.constantFrom('s', 'm'), (count, unit) => {
        const seconds = parseDuration(`${count}${unit}`) ?? Number.NaN;
        expect(parseDuration(formatDuration(seconds).replaceAll(' ', ''))).toBe(seconds);
      }),
    );
  });
});

describe('ratios and sizes', () => {
  test('a percentage loses nothing on the way in and out', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (thousandths) => {
        const text = `${thousandths / 1_000}%`;
        expect(formatPercent(parsePercent(text) ?? Number.NaN)).toBe(text);
      }),
    );
  });

  test.each(['101%', '99,9%', '0.99', '-1%'])('%o is not a percentage', (text) => {
    expect(parsePercent(text)).toBeUndefined();
  });

  test('sizes use binary units', () => {
    expect(formatBytes(1_536)).toBe('1.5 KiB');
    expect(formatBytes(3 * 1024 ** 3)).toBe('3 GiB');
  });
});

describe('seeded chance', () => {
  test('the same seed gives the same stream, another name another one', () => {
    const draw = (name: string) => {
      const random = createRandom(seedFrom(name));
      return [random.next(), random.next(), random.next()];
    };
    expect(draw('picks')).toEqual(draw('picks'));
    expect(draw('picks')).not.toEqual(draw('packs'));
  });

  test('exponential gaps have the declared mean', () => {
    const random = createRandom(7);
    let sum = 0;
    for (let index = 0; index < 20_000; index += 1) sum += random.exponential(3);
    expect(sum / 20_000).toBeCloseTo(3, 0);
  });
});

test('one of a thing is not several', () => {
  expect([0, 1, 2].map((count) => countOf(count, 'integration'))).toEqual([
    '0 integrations',
    '1 integration',
    '2 integrations',
  ]);
  expect(countOf(2, 'entry', 'entries')).toBe('2 entries');
});
