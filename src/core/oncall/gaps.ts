import type { OnCall } from '../estate/index.ts';
import { turnsBetween } from './shifts.ts';

/** A stretch of time in which nobody is on call. */
export interface CoverageGap {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
}

/** Shorter than this is a handover, not a gap. */
const handoverSeconds = 60;

/** When nobody is on call between two instants (INC-07). */
export function coverageGaps(onCall: OnCall, from: Temporal.Instant, to: Temporal.Instant): readonly CoverageGap[] {
  const gaps: CoverageGap[] = [];
  let coveredTo = from;
  for (const turn of turnsBetween(onCall, from, to)) {
    if (turn.from.since(coveredTo).total('seconds') > handoverSeconds) gaps.push({ from: coveredTo, to: turn.from });
    if (Temporal.Instant.compare(turn.until, coveredTo) > 0) coveredTo = turn.until;
  }
  if (to.since(coveredTo).total('seconds') > handoverSeconds) gaps.push({ from: coveredTo, to });
  return gaps;
}
