import type { Clock } from '../ports/clock.ts';

/**
 * A clock that begins with the time that it is and goes on evenly, whoever sets the machine's meanwhile: for what is measured, where
 * a jump would make a minute two days, or less than nothing.
 */
export function steadyFrom(clock: Clock): Clock {
  const { elapsedSeconds } = clock;
  if (elapsedSeconds === undefined) return clock;
  const [began, from] = [clock.now(), elapsedSeconds()];
  return { ...clock, now: () => began.add({ nanoseconds: Math.round((elapsedSeconds() - from) * 1e9) }) };
}
