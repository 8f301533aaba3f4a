import { expect, test } from 'vitest';
import { instantOption } from './options.ts';

const read = (at: string) => instantOption({ at }, 'at', '--at')?.toString();

test('RST-05: an instant is written with its offset or its zone, with a T or a space', () => {
  const expected = '2026-11-21T14:05:00Z';
  for (const text of [
    '2026-11-21T14:05:00Z',
    '2026-11-21 15:05:00+01:00',
    '2026-11-21T15:05[Europe/Amsterdam]',
    '2026-11-21T15:05+01:00[Europe/Amsterdam]',
  ]) {
    expect(read(text)).toBe(expected);
  }
});

test("a time without either, and one whose offset is not its zone's, is refused with how to write it", () => {
  for (const text of ['2026-11-21T14:05:00', '14:05', 'yesterday', '2026-11-21T15:05+05:00[Europe/Amsterdam]']) {
    expect(() => read(text)).toThrow('such as 2026-11-21T14:05:00Z');
  }
});

test('a local time that came twice, or never, is refused until its offset is given', () => {
  for (const text of ['2026-10-25T02:30[Europe/Amsterdam]', '2026-03-29T02:30[Europe/Amsterdam]']) {
    expect(() => read(text)).toThrow('clocks changed');
  }
  expect(read('2026-10-25T02:30+01:00[Europe/Amsterdam]')).toBe('2026-10-25T01:30:00Z');
  expect(read('2026-10-25T02:30+02:00[Europe/Amsterdam]')).toBe('2026-10-25T00:30:00Z');
});
