import { describe, expect, test } from 'vitest';
import {
  formatAge,
  formatAgeCalmly,
  formatClock,
  formatDistance,
  formatLength,
  instantOf,
  secondsBetween,
} from './time.ts';

describe('lengths of time', () => {
  test.each([
    [0, '0 s'],
    [12.9, '12 s'],
    [249, '4 min 09 s'],
    [840, '14 min'],
    [7_500, '2 h 05 min'],
    [273_600, '3 d 4 h'],
    [Number.NaN, 'unknown'],
  ])('%s seconds read %s', (seconds, words) => {
    expect(formatLength(seconds)).toBe(words);
  });

  test('a distance says on which side of now it lies', () => {
    expect(formatDistance(60)).toBe('in 1 min 00 s');
    expect(formatDistance(-7_500)).toBe('2 h 05 min ago');
    expect(formatDistance(0.4)).toBe('now');
  });

  test('a countdown stands at zero once it is over', () => {
    expect(formatClock(3_661.9)).toBe('01:01:01');
    expect(formatClock(90_061)).toBe('1 d 01:01:01');
    expect(formatClock(-5)).toBe('00:00:00');
  });

  test('an age has one unit and does not flicker', () => {
    expect(formatAge(59)).toBe('59 s');
    expect(formatAge(7_300)).toBe('2 h');
    expect(formatAgeCalmly(7)).toBe('now');
    expect(formatAgeCalmly(37)).toBe('30 s');
  });

  test('a countdown over the autumn change counts real seconds, not wall-clock ones', () => {
    const before = instantOf('2026-10-24T20:00:00Z');
    const cutOff = instantOf('2026-10-25T16:00:00Z');
    expect(formatLength(secondsBetween(before, cutOff))).toBe('20 h 00 min');
  });
});
