import { expect, test } from 'vitest';
import { createJumpingClock } from '../../test/clocks.ts';
import { steadyFrom } from './steady-clock.ts';

test('a steady clock goes on as time does, wherever the clock is set', () => {
  const clock = createJumpingClock(Temporal.Instant.from('2026-06-20T10:00:00Z'));
  const steady = steadyFrom(clock);
  clock.pass(5);
  clock.jump(-172_800);
  clock.pass(5);
  clock.jump(31_536_000);
  expect(steady.now().toString()).toBe('2026-06-20T10:00:10Z');
});

test('a clock that nobody can set is steady itself', () => {
  const clock = { now: () => Temporal.Instant.from('2026-06-20T10:00:00Z'), sleep: async () => {} };
  expect(steadyFrom(clock)).toBe(clock);
});
