import type { Diagnostic, Ratio, Seconds } from '../kernel/index.ts';
import { type Gap, gapsIn, instantAt, readRecording } from '../recording/index.ts';
import { remainingOf } from './budget.ts';
import { judgeBurn } from './burn.ts';
import { type AlertSeverity, type BurnRule, burnRulesFor, thresholdOf } from './burn-rules.ts';
import type { Exclusion } from './exclusion.ts';
import type { Objective } from './objective.ts';
import { countsIn, createSeries, type Point, type Series } from './series.ts';
import type { ObjectiveWindow } from './verdict.ts';
import { windowAt } from './window.ts';

/** Someone would have been told. */
export interface Page {
  readonly at: Temporal.Instant;
  readonly severity: AlertSeverity;
  /** The long window of the rule that fired first. */
  readonly window: BurnRule['window'];
  readonly burnRate: number;
  /** It was judged by events, since minutes held too few. */
  readonly isLowTraffic: boolean;
  /** `null` while it still burned when the recording ended. */
  readonly until: Temporal.Instant | null;
}

/** One period of the calendar, as it stood at its end, or at the end of the recording. */
export interface ReplayPeriod {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
  readonly good: number;
  readonly total: number;
  readonly attainment: Ratio | null;
  /** Of the whole period's budget. */
  readonly budgetRemaining: Ratio | null;
  /** Whether it goes on after the recording. */
  readonly isUnderWay: boolean;
}

/** A recording judged as it would have been judged live. */
export interface Replay {
  /** Good of total over the objective's window that ends with the recording; `null` where nothing was counted. */
  readonly attainment: Ratio | null;
  /** The share of the window's budget that is left; negative where more was spent than there was. */
  readonly budgetRemaining: Ratio | null;
  readonly good: number;
  readonly total: number;
  /** For a window of the calendar: each week, month or quarter that the recording reaches into, oldest first. */
  readonly periods: readonly ReplayPeriod[];
  readonly pages: readonly Page[];
  /** Times for which nothing was recorded: neither good nor bad. */
  readonly gaps: readonly Gap[];
  readonly excluded: readonly (Exclusion & { readonly total: number })[];
}

const columns = { required: ['good', 'total'], optional: ['latency_seconds'] } as const;
type Column = 'good' | 'total' | 'latency_seconds';

/** Points of an SLI from a CSV `at,good,total[,latency_seconds]`; each row is what happened up to `at` since the row before. */
export function readPoints(
  file: string,
  text: string,
  latencySeconds: Seconds | undefined,
): { readonly points: readonly Point[]; readonly diagnostics: readonly Diagnostic[] } {
  const recording = readRecording<Column>(file, text, columns);
  const wrong = (line: number, message: string, hint: string): Diagnostic => ({
    ...{ code: 'SERIES_INVALID', severity: 'error', file, line, column: 1 },
    ...{ message, hint },
  });
  const diagnostics = [...recording.diagnostics];
  const points = recording.rows.map((row): Point => {
    const total = row.total ?? 0;
    const good = row.good ?? 0;
    if (good > total) {
      diagnostics.push(
        wrong(row.line, `${good} good of ${total}`, 'There cannot be more good than there were in all.'),
      );
    }
    if (latencySeconds === undefined) return { atSeconds: row.atSeconds, good, total };
    if (row.latency_seconds === undefined && total > 0) {
      const hint = 'A latency objective needs `latency_seconds` in each row that counts something.';
      diagnostics.push(wrong(row.line, 'there is no `latency_seconds`', hint));
    }
    // What failed was not served within the time either.
    return { atSeconds: row.atSeconds, good: (row.latency_seconds ?? 0) <= latencySeconds ? good : 0, total };
  });
  return { points: diagnostics.length > 0 ? [] : points, diagnostics: diagnostics.slice(0, 20) };
}

const isIn = ({ from, to }: Exclusion, atSeconds: Seconds): boolean =>
  atSeconds > from.epochMilliseconds / 1_000 && atSeconds <= to.epochMilliseconds / 1_000;

/** Judges recorded points at each of their instants, with nothing known of what came later. */
export function replay(points: readonly Point[], objective: Objective): Replay {
  const counted = points.filter(({ atSeconds }) => !objective.exclusions.some((each) => isIn(each, atSeconds)));
  const series = createSeries(counted);
  const lastSeconds = points.at(-1)?.atSeconds ?? 0;
  const last = instantAt(lastSeconds);
  const { calendar, windowSeconds } = objective;
  const window =
    calendar === undefined
      ? windowAt({ kind: 'rolling', seconds: windowSeconds }, last)
      : windowAt(calendar, justBefore(last));
  return {
    ...figuresIn(series, window, last, objective),
    periods: objective.calendar === undefined ? [] : periodsOf(series, objective.calendar, points, objective),
    pages: pagesOf(series, objective),
    gaps: gapsIn(points),
    excluded: objective.exclusions.map((each) => ({
      ...each,
      total: points.filter(({ atSeconds }) => isIn(each, atSeconds)).reduce((sum, point) => sum + point.total, 0),
    })),
  };
}

/** A point belongs to what is before it: one that stands at a midnight ends the period. */
const justBefore = (at: Temporal.Instant): Temporal.Instant => at.subtract({ milliseconds: 1 });

type Figures = Pick<Replay, 'attainment' | 'budgetRemaining' | 'good' | 'total'>;

/** What a window holds up to an instant in it. */
function figuresIn(
  series: Series,
  window: ObjectiveWindow,
  upTo: Temporal.Instant,
  { targetRatio }: Pick<Objective, 'targetRatio'>,
): Figures {
  const seconds = upTo.since(window.from).total('seconds');
  const { failed, total } = countsIn(series, upTo.epochMilliseconds / 1_000, seconds);
  const attainment = total === 0 ? null : (total - failed) / total;
  const budgetRemaining = remainingOf({ attainment }, targetRatio, window, upTo);
  return { attainment, budgetRemaining, good: total - failed, total };
}

function periodsOf(
  series: Series,
  calendar: NonNullable<Objective['calendar']>,
  points: readonly Point[],
  objective: Objective,
): readonly ReplayPeriod[] {
  const [first, final] = [points[0], points.at(-1)];
  if (first === undefined || final === undefined) return [];
  const last = instantAt(final.atSeconds);
  const periods: ReplayPeriod[] = [];
  let at = justBefore(instantAt(first.atSeconds));
  while (Temporal.Instant.compare(at, last) < 0) {
    const window = windowAt(calendar, at);
    const isUnderWay = Temporal.Instant.compare(window.to, last) > 0;
    const { from, to } = window;
    periods.push({ from, to, isUnderWay, ...figuresIn(series, window, isUnderWay ? last : to, objective) });
    at = to;
  }
  return periods;
}

function pagesOf(series: Series, objective: Objective): readonly Page[] {
  const rules = burnRulesFor(objective.windowSeconds);
  const severities: readonly AlertSeverity[] = ['page', 'ticket'];
  return severities
    .flatMap((severity) =>
      pagesOfSeverity(
        series,
        objective,
        rules.filter((rule) => rule.severity === severity),
      ),
    )
    .toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
}

/**
 * One burning is one page: rules of a severity that fire together tell nobody twice, and a burning has ended when nothing
 * has fired for as long as the short window.
 */
function pagesOfSeverity(series: Series, objective: Objective, rules: readonly BurnRule[]): readonly Page[] {
  const pages: Page[] = [];
  let burning: Page | undefined;
  let lastFiredSeconds = 0;
  let holdSeconds = 0;
  for (const atSeconds of series.at) {
    const fired = firstFiring(series, objective, rules, atSeconds);
    if (fired !== undefined) {
      burning ??= fired.page;
      lastFiredSeconds = atSeconds;
      holdSeconds = fired.holdSeconds;
    } else if (burning !== undefined && atSeconds - lastFiredSeconds > holdSeconds) {
      pages.push({ ...burning, until: instantAt(atSeconds) });
      burning = undefined;
    }
  }
  return burning === undefined ? pages : [...pages, burning];
}

function firstFiring(
  series: Series,
  objective: Objective,
  rules: readonly BurnRule[],
  atSeconds: Seconds,
): { readonly page: Page; readonly holdSeconds: Seconds } | undefined {
  for (const rule of rules) {
    const { fires, burnRate, isLowTraffic } = judgeBurn(series, objective, rule, atSeconds);
    if (!fires) continue;
    const { severity, window } = rule;
    return {
      page: { at: instantAt(atSeconds), severity, window, burnRate, isLowTraffic, until: null },
      holdSeconds: thresholdOf(rule, objective.targetRatio).shortSeconds,
    };
  }
  return undefined;
}
