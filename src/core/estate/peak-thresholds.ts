import { openWindows } from './calendar/questions.ts';
import type { Environment, Thresholds } from './model.ts';

/** The thresholds that hold at an instant: those of a declared peak from its first moment to its last, else the usual (SLO-07). */
export function thresholdsAt(
  environment: Pick<Environment, 'sites' | 'thresholds' | 'peakThresholds'>,
  at: Temporal.Instant,
): Thresholds {
  const { peakThresholds, thresholds, sites } = environment;
  if (peakThresholds === undefined) return thresholds;
  // Of several peaks the one that began last, as with load profiles: the more particular one.
  const open = openWindows(sites, at, ['peak', 'month-end']).findLast(
    ({ event }) => event.profile !== undefined && peakThresholds[event.profile] !== undefined,
  );
  return peakThresholds[open?.event.profile ?? ''] ?? thresholds;
}
