import { formatDuration, formatPercent, type Ratio, type Seconds } from '../kernel/index.ts';
import { instantAt } from '../recording/index.ts';
import { remainingOf } from './budget.ts';
import { judgeBurn } from './burn.ts';
import { thresholdOf } from './burn-rules.ts';
import { conditionOf, worstCondition } from './condition.ts';
import { countsIn, type Series } from './series.ts';
import type { Sli } from './sli.ts';
import { isActiveAt } from './surroundings.ts';
import type { Firing, ObjectiveState, ObjectiveVerdict, ObjectiveWindow, PeriodFigures } from './verdict.ts';
import { windowAt } from './window.ts';

/** Everything a judgement rests on. */
export interface ObjectiveView {
  readonly slis: readonly Sli[];
  /** The verdicts before, by key: since when a rule fires stands in them. */
  readonly previous: ReadonlyMap<string, ObjectiveVerdict>;
}

/** With less of its budget left, a promise is at risk although nothing burns right now. */
export const nearlySpentRatio: Ratio = 0.1;

const secondsOf = (instant: Temporal.Instant): Seconds => instant.epochMilliseconds / 1_000;

function figuresIn(series: Series, nowSeconds: Seconds, windowSeconds: Seconds): PeriodFigures {
  const { failed, total } = countsIn(series, nowSeconds, windowSeconds);
  return { good: total - failed, total, attainment: total === 0 ? null : (total - failed) / total };
}

/** The rules that fire. A rule that fired goes on until it was not true for as long as its short window, as in a replay. */
function firingOf(sli: Sli, previous: ObjectiveVerdict | undefined, now: Temporal.Instant): readonly Firing[] {
  const { spec, series, rules } = sli;
  return rules.flatMap((rule): readonly Firing[] => {
    const { severity, window } = rule;
    const before = previous?.firing.find((each) => each.severity === severity && each.window === window);
    const { fires, burnRate, isLowTraffic } = judgeBurn(series, spec, rule, secondsOf(now));
    if (fires) return [{ severity, window, burnRate, isLowTraffic, since: before?.since ?? now, lastTrueAt: now }];
    if (before === undefined) return [];
    const quietSeconds = now.since(before.lastTrueAt).total('seconds');
    return quietSeconds > thresholdOf(rule, spec.targetRatio).shortSeconds ? [] : [before];
  });
}

interface Facts {
  readonly sli: Sli;
  readonly figures: PeriodFigures;
  readonly budgetRemaining: Ratio | null;
  readonly firing: readonly Firing[];
  readonly now: Temporal.Instant;
}

type Ruling = { readonly state: ObjectiveState; readonly reason: string };

function blindnessOf({ sli, figures, now }: Facts): string | undefined {
  const { spec, gaps, seenUpToSeconds } = sli;
  if (spec.signal.kind === 'none') return spec.signal.why;
  if (figures.total === 0) return 'Nothing was counted in its window.';
  const open = gaps.at(-1);
  if (open !== undefined && open.toSeconds >= secondsOf(now)) {
    const seen =
      seenUpToSeconds === undefined
        ? ''
        : `; the last sign was ${formatDuration(secondsOf(now) - seenUpToSeconds)} ago`;
    return `Nothing is known of the present${seen}.`;
  }
  return undefined;
}

function rulingOf(facts: Facts): Ruling {
  const { sli, figures, budgetRemaining, firing, now } = facts;
  const active = sli.compromises.find((each) => isActiveAt(each, now));
  if (active !== undefined) {
    return { state: 'breached', reason: `Not to be trusted since ${active.since.toString()}: ${active.reason}.` };
  }
  const left = budgetRemaining === null ? undefined : formatPercent(budgetRemaining, 1);
  if (budgetRemaining !== null && budgetRemaining < 0) {
    return {
      state: 'breached',
      reason: `${formatPercent(figures.attainment ?? 0)} of the promised ${formatPercent(sli.spec.targetRatio)}: the budget is overspent (${left} left).`,
    };
  }
  const blindness = blindnessOf(facts);
  if (blindness !== undefined) return { state: 'unknown', reason: blindness };
  const [worst] = firing;
  if (worst !== undefined) {
    const how = worst.isLowTraffic ? 'judged by events, for little traffic' : `over ${worst.window}`;
    return {
      state: 'at-risk',
      reason: `Its budget burns ${worst.burnRate.toFixed(1)} times too fast, ${how}; ${left} is left.`,
    };
  }
  if ((budgetRemaining ?? 1) < nearlySpentRatio)
    return { state: 'at-risk', reason: `Only ${left} of its budget is left.` };
  return { state: 'met', reason: `${formatPercent(figures.attainment ?? 0)}; ${left} of its budget is left.` };
}

/** The part of the spans that lies in the window. */
function gapsIn(sli: Sli, window: ObjectiveWindow): ObjectiveVerdict['gaps'] {
  const from = secondsOf(window.from);
  return sli.gaps
    .filter(({ toSeconds }) => toSeconds > from)
    .map((gap) => ({ from: instantAt(Math.max(gap.fromSeconds, from)), to: instantAt(gap.toSeconds) }));
}

function normalOf(whole: PeriodFigures, peak: PeriodFigures | null): PeriodFigures {
  if (peak === null) return whole;
  const total = whole.total - peak.total;
  const good = whole.good - peak.good;
  return { good, total, attainment: total === 0 ? null : good / total };
}

/** Judges one objective at one moment, by itself. */
export function judgeObjective(
  sli: Sli,
  previous: ObjectiveVerdict | undefined,
  now: Temporal.Instant,
): ObjectiveVerdict {
  const { spec } = sli;
  const window = windowAt(spec.window, now);
  const nowSeconds = secondsOf(now);
  const spanSeconds = nowSeconds - secondsOf(window.from);
  const figures = figuresIn(sli.series, nowSeconds, spanSeconds);
  const peak = sli.peakSeries === undefined ? null : figuresIn(sli.peakSeries, nowSeconds, spanSeconds);
  const budgetRemaining = remainingOf(figures, spec.targetRatio, window, now);
  const firing = firingOf(sli, previous, now);
  const { key, environment, service, kind, promise, commitment, targetRatio } = spec;
  return {
    ...{ key, environment, service, kind, promise, commitment, targetRatio, window, firing, budgetRemaining },
    ...rulingOf({ sli, figures, budgetRemaining, firing, now }),
    ...figures,
    condition: conditionOf(sli, nowSeconds),
    isCompromised: sli.compromises.some((each) => isActiveAt(each, now)),
    excluded: sli.excluded.filter(({ to }) => Temporal.Instant.compare(to, window.from) > 0),
    gaps: gapsIn(sli, window),
    normal: normalOf(figures, peak),
    peak,
    at: now,
  };
}

/**
 * Judges every objective. Objectives of one service share its condition: where it is interrupted, it is not also slow; where
 * it only answers slowly, it is degraded and nothing worse (SLO-04).
 */
export function judgeObjectives(view: ObjectiveView, now: Temporal.Instant): readonly ObjectiveVerdict[] {
  const verdicts = view.slis.map((sli) => judgeObjective(sli, view.previous.get(sli.spec.key), now));
  const conditions = new Map<string, ObjectiveVerdict['condition']>();
  for (const { environment, service, condition } of verdicts) {
    const place = `${environment}.${service}`;
    conditions.set(place, worstCondition(conditions.get(place), condition));
  }
  return verdicts.map((verdict) => {
    const condition = conditions.get(`${verdict.environment}.${verdict.service}`) ?? verdict.condition;
    return condition === verdict.condition ? verdict : { ...verdict, condition };
  });
}
