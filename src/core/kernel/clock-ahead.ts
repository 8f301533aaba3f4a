import type { Seconds } from './duration.ts';

/** The clocks of machines that share work differ by less; what is dated further ahead was dated by a clock that was wrong. */
export const clockToleranceSeconds: Seconds = 600;

/** The last instant that something which has happened can be dated with, by a clock that is right. */
export function latestPlausible(now: Temporal.Instant): Temporal.Instant {
  return now.add({ seconds: clockToleranceSeconds });
}

/** Whether it was dated by a clock that was ahead, and since was set right. */
export function isDatedAhead(at: Temporal.Instant, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(at, latestPlausible(now)) > 0;
}
