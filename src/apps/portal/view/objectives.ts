import type { Health, Objective, ObjectiveDetail } from './resources.ts';

type State = Objective['state'];

/** The same signs as health, with words of their own. */
export const stateHealth: Readonly<Record<State, Health>> = {
  met: 'healthy',
  'at-risk': 'degraded',
  breached: 'unhealthy',
  unknown: 'unknown',
};

export const stateWords: Readonly<Record<State, string>> = {
  met: 'Met',
  'at-risk': 'At risk',
  breached: 'Breached',
  unknown: 'Unknown',
};

const order: readonly State[] = ['breached', 'at-risk', 'unknown', 'met'];

/** Worst first, then by what is left of the budget. */
export function compareObjectives(left: Objective, right: Objective): number {
  return (
    order.indexOf(left.state) - order.indexOf(right.state) ||
    (left.budgetRemaining ?? 1) - (right.budgetRemaining ?? 1) ||
    left.key.localeCompare(right.key)
  );
}

/** `99.72 %`; never rounded up to what was not reached. */
export function formatRatio(ratio: number | null): string {
  if (ratio === null) return 'unknown';
  return `${(Math.floor(ratio * 10_000 + 1e-9) / 100).toFixed(2)} %`;
}

/** The share of a budget, whole percents: `58 %`, `−140 %`; what is overspent by less than one is not nothing. */
export function formatBudget(ratio: number | null): string {
  if (ratio === null) return 'unknown';
  const percents = ratio < 0 ? Math.min(-1, Math.round(ratio * 100)) : Math.floor(ratio * 100 + 1e-9);
  return `${percents} %`.replace('-', '−');
}

/** Percentage points with their sign: `+0.22 pp`. */
export function formatMargin(ratio: number | null): string {
  if (ratio === null) return 'unknown';
  const points = (ratio * 100).toFixed(2);
  return `${ratio >= 0 ? '+' : ''}${points} pp`.replace('-', '−');
}

export interface BurnDownPicture {
  readonly width: number;
  readonly height: number;
  /** Lines of what is left; a new one begins after every gap. */
  readonly lines: readonly string[];
  readonly bands: readonly { readonly x: number; readonly width: number; readonly kind: 'gap' | 'excluded' }[];
  /** Where nothing is left. */
  readonly zeroY: number;
  readonly lowest: number;
  /** Times along the bottom, in UTC, with their place as a share of the width. */
  readonly times: readonly { readonly ratio: number; readonly text: string }[];
}

const width = 640;
const height = 170;
/** More than so many overspent budgets are drawn as that. */
const lowestShown = -2;
const gapMilliseconds = 3 * 3_600_000;

const millisecondsOf = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;

const hourMilliseconds = 3_600_000;
/** Distances that people count in: hours, days, weeks, a month. */
const tickHours = [1, 3, 6, 12, 24, 48, 120, 168, 336, 720];
const mostTicks = 6;

/** Round times between two instants, in UTC: days, or hours where the stretch is short. */
export function timesAlong(from: number, to: number): BurnDownPicture['times'] {
  const hours = tickHours.find((each) => (to - from) / (each * hourMilliseconds) <= mostTicks) ?? 2_160;
  const step = hours * hourMilliseconds;
  const times: { ratio: number; text: string }[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO('UTC');
    const text =
      hours < 24
        ? zoned.toPlainTime().toString({ smallestUnit: 'minute' })
        : zoned.toPlainDate().toLocaleString('en-GB', { day: 'numeric', month: 'short' });
    times.push({ ratio: (at - from) / (to - from), text });
  }
  return times;
}

/** What is left of the budget over the window, as a drawing: gaps break the line, and excluded times are marked. */
export function burnDownOf(detail: ObjectiveDetail): BurnDownPicture | undefined {
  const points = detail.history.filter((point) => point.budgetRemaining !== null);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return undefined;
  const from = Math.max(millisecondsOf(first.at), millisecondsOf(detail.window.from));
  const to = Math.max(millisecondsOf(last.at), millisecondsOf(detail.at));
  const lowest = Math.max(lowestShown, Math.min(0, ...points.map((point) => point.budgetRemaining ?? 0)));
  const x = (at: number): number => Math.min(width, Math.max(0, ((at - from) / (to - from)) * width));
  const y = (ratio: number): number => ((1 - Math.max(lowest, ratio)) / (1 - lowest)) * height;
  const lines: string[] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const { at, budgetRemaining } of points) {
    const time = millisecondsOf(at);
    if (time < from) continue;
    const place = `${x(time).toFixed(1)} ${y(budgetRemaining ?? 0).toFixed(1)}`;
    if (time - before > gapMilliseconds) lines.push(`M${place}`);
    else lines[lines.length - 1] += `L${place}`;
    before = time;
  }
  const bandsOf = (spans: readonly { readonly from: string; readonly to: string }[], kind: 'gap' | 'excluded') =>
    spans
      .filter((span) => millisecondsOf(span.to) > from && millisecondsOf(span.from) < to)
      .map((span) => {
        const start = x(millisecondsOf(span.from));
        return { x: start, width: Math.max(1.5, x(millisecondsOf(span.to)) - start), kind };
      });
  return {
    ...{ width, height, lines, lowest },
    bands: [...bandsOf(detail.gaps, 'gap'), ...bandsOf(detail.excluded, 'excluded')],
    zeroY: y(0),
    times: timesAlong(from, to),
  };
}
