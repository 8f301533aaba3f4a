import type { Seconds } from '../kernel/index.ts';

/** How long to wait before looking again at what did not pass. */
export const lookAgainAfterSeconds: Seconds = 12;
const mostLooks = 4;

/**
 * How often to look again within a slot after a run with this outcome, so that a repaired service is seen before the
 * next slot. Half of the slot is left to the runs themselves; a refusal does not change by asking again.
 */
export function looksAgain(outcome: 'passed' | 'failed' | 'unknown' | 'refused', everySeconds: Seconds): number {
  const mayHaveChanged = outcome === 'failed' || outcome === 'unknown';
  return mayHaveChanged ? Math.min(mostLooks, Math.floor(everySeconds / 2 / lookAgainAfterSeconds)) : 0;
}
