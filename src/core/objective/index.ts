// Objectives: what a business service promises, how its budget burns, and who would have been told.
export { chanceOfAtLeast } from './binomial.ts';
export { type BurnVerdict, expectedFailuresForRatios, falseAlarmChance, judgeBurn, type Target } from './burn.ts';
export { type AlertSeverity, type BurnRule, burnRulesFor, type Threshold, thresholdOf } from './burn-rules.ts';
export { ceilingFindings, type Support, supportsOf } from './ceiling.ts';
export { pointsOfCounters, type Readings } from './counters.ts';
export type { Exclusion } from './exclusion.ts';
export { historyOf, pointAt } from './history.ts';
export { judgeObjective, judgeObjectives, nearlySpentRatio, type ObjectiveView } from './judge.ts';
export { type Objective, type ReadObjective, readObjective } from './objective.ts';
export { objectivesOf } from './plan.ts';
export { type Page, type Replay, readPoints, replay } from './replay.ts';
export { countsIn, createSeries, newestHolding, type Point, type Series } from './series.ts';
export { createSli, mergeSpans, type Recorded, type Sli, type Span, type Surroundings } from './sli.ts';
export type { ObjectiveSpec, Signal } from './spec.ts';
export { compromiseCode, compromisesOf, declaredCompromises, surroundingsOf } from './surroundings.ts';
export {
  type ExcludedTime,
  type Firing,
  type ObjectiveKind,
  type ObjectivePoint,
  type ObjectiveState,
  type ObjectiveVerdict,
  type ObjectiveWindow,
  objectiveKinds,
  objectiveStates,
  type PeriodFigures,
  type ServiceCondition,
  serviceConditions,
} from './verdict.ts';
export { furthestSecondsOf, type WindowSpec, windowAt, windowSecondsOf } from './window.ts';
