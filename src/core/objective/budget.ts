import type { Ratio } from '../kernel/index.ts';
import type { ObjectiveWindow, PeriodFigures } from './verdict.ts';

/**
 * What is left of the budget. A calendar period's budget is that of the whole period: what is still to come is taken to be
 * as busy as what was, so that a bad first morning has not spent the month.
 */
export function remainingOf(
  figures: Pick<PeriodFigures, 'attainment'>,
  targetRatio: Ratio,
  window: ObjectiveWindow,
  now: Temporal.Instant,
): Ratio | null {
  const { attainment } = figures;
  if (attainment === null) return null;
  const spent = (1 - attainment) / (1 - targetRatio);
  if (window.kind === 'rolling') return 1 - spent;
  const elapsed = now.since(window.from).total('seconds') / window.seconds;
  return 1 - spent * Math.min(1, Math.max(0, elapsed));
}
