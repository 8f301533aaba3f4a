import type { Seconds } from '../kernel/index.ts';

/** How long to wait at least before looking again at what did not pass. */
export const lookAgainAfterSeconds: Seconds = 12;
/** Looks within a slot after the first one, at most. */
export const mostLooksAgain = 4;

/** A look that has ended. */
export interface Look {
  readonly outcome: 'passed' | 'failed' | 'unknown' | 'refused';
  readonly durationSeconds: Seconds;
  /** How many looks of this slot came before it. */
  readonly looksBefore: number;
  /** Since the first look of the slot was begun. */
  readonly sinceFirstSeconds: Seconds;
  readonly everySeconds: Seconds;
}

/**
 * How long after a look the next one within the same slot follows, so that a repaired service is seen before the next
 * slot; `undefined` for none. A look that took long is followed by a pause as long, so that what hangs takes half of a
 * worker's time at most. The second half of the slot is left alone, and a refusal does not change by asking again.
 */
export function waitBeforeLookingAgain(look: Look): Seconds | undefined {
  const mayHaveChanged = look.outcome === 'failed' || look.outcome === 'unknown';
  const waitSeconds = Math.max(lookAgainAfterSeconds, look.durationSeconds);
  const isInTime = look.sinceFirstSeconds + waitSeconds <= look.everySeconds / 2;
  return mayHaveChanged && isInTime && look.looksBefore < mostLooksAgain ? waitSeconds : undefined;
}
