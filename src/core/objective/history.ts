import type { Seconds } from '../kernel/index.ts';
import { instantAt } from '../recording/index.ts';
import { judgeObjective } from './judge.ts';
import type { Sli } from './sli.ts';
import type { ObjectivePoint, ObjectiveVerdict } from './verdict.ts';
import { furthestSecondsOf } from './window.ts';

const hour: Seconds = 3_600;
/** A quarter of hours; of longer windows the past begins later. */
const mostPoints = 2_300;

const hourOf = (atSeconds: Seconds): Seconds => Math.floor(atSeconds / hour) * hour;

/** The point of the past that a verdict leaves: one an hour, at its beginning, with the newest that was known in it. */
export function pointAt({ key, at, state, attainment, budgetRemaining }: ObjectiveVerdict): ObjectivePoint {
  return { key, at: instantAt(hourOf(at.epochMilliseconds / 1_000)), state, attainment, budgetRemaining };
}

/**
 * The past of an objective that has none yet, from what was recorded: by the hour, as far as its window reaches. Burn is not
 * judged again; a point is breached, unknown or met.
 */
export function historyOf(sli: Sli, now: Temporal.Instant): readonly ObjectivePoint[] {
  const nowSeconds = now.epochMilliseconds / 1_000;
  const first = Math.max(nowSeconds - furthestSecondsOf(sli.spec.window), sli.series.at[0] ?? nowSeconds);
  const count = Math.min(mostPoints, Math.floor((nowSeconds - first) / hour));
  const lastHour = hourOf(nowSeconds) - hour;
  return Array.from({ length: count }, (_, index) => {
    const at = instantAt(lastHour - (count - 1 - index) * hour);
    const { attainment, budgetRemaining } = judgeObjective(sli, undefined, at.add({ hours: 1 }));
    const state = attainment === null ? 'unknown' : (budgetRemaining ?? 0) < 0 ? 'breached' : 'met';
    return { key: sli.spec.key, at, state, attainment, budgetRemaining };
  });
}
