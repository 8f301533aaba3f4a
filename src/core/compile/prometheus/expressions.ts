import { type BurnRule, type ObjectiveSpec, thresholdOf } from '../../objective/index.ts';

/** Names of everything that the rules read and write: the one place where they are written. */
export const promNames = {
  good: 'plimsoll_objective_good_total',
  total: 'plimsoll_objective_events_total',
  failure: 'plimsoll:objective_failure:ratio',
  events: 'plimsoll:objective_events:increase',
  attainment: 'plimsoll:objective_attainment:ratio',
  budget: 'plimsoll:objective_budget_remaining:ratio',
} as const;

/** Seconds as Prometheus writes them: `5m`, `6h`, `30d`. */
export function promDuration(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole % 86_400 === 0) return `${whole / 86_400}d`;
  if (whole % 3_600 === 0) return `${whole / 3_600}h`;
  return whole % 60 === 0 ? `${whole / 60}m` : `${whole}s`;
}

export const selector = ({ key }: ObjectiveSpec): string => `{objective="${key}"}`;

/** A number that PromQL reads as it is meant. */
export const numeral = (value: number): string => String(Number(value.toPrecision(12)));

const recorded = (name: string, seconds: number, spec: ObjectiveSpec): string =>
  `${name}_${promDuration(seconds)}${selector(spec)}`;

/** Fewer expected failures than this, and a ratio over minutes says little: as in the product's own judge. */
const expectedFailures = 5;
const falseAlarmChance = 0.001;

/** The windows a rule looks at with little traffic: long ones, of which no longer is than the objective's. */
export function quietWindowsOf({ windowSeconds }: ObjectiveSpec): readonly number[] {
  return [1, 3, 7].map((days) => days * 86_400).filter((seconds) => seconds <= windowSeconds);
}

/** Both windows burn, where minutes hold enough. */
function busyExpression(spec: ObjectiveSpec, rule: BurnRule): string {
  const { failureRatio, longSeconds, shortSeconds } = thresholdOf(rule, spec.targetRatio);
  const threshold = numeral(failureRatio);
  return [
    `${recorded(promNames.failure, longSeconds, spec)} > ${threshold}`,
    `${recorded(promNames.failure, shortSeconds, spec)} > ${threshold}`,
    `${recorded(promNames.events, longSeconds, spec)} * ${threshold} >= ${expectedFailures}`,
  ].join('\nand ');
}

/**
 * With little traffic: chance does not explain the failures of a long window. PromQL has no binomial distribution, so its tail
 * is bounded after Chernoff: P(at least so many) <= exp(-n × KL(seen ‖ threshold)). The bound is above the exact chance, so
 * this never alerts where the exact test would not.
 */
function quietExpression(spec: ObjectiveSpec, rule: BurnRule, seconds: number): string {
  const { failureRatio, longSeconds } = thresholdOf(rule, spec.targetRatio);
  const p = numeral(failureRatio);
  const windows = quietWindowsOf(spec).length;
  const evidence = numeral(Math.log(windows / falseAlarmChance));
  // The logarithm of nothing is not a number: the ratio is kept just inside 0 and 1.
  const seen = `clamp(${recorded(promNames.failure, seconds, spec)}, 1e-9, 1 - 1e-9)`;
  const divergence = `(${seen} * ln(${seen} / ${p}) + (1 - ${seen}) * ln((1 - ${seen}) / (1 - ${p})))`;
  return [
    `${recorded(promNames.failure, seconds, spec)} > ${p}`,
    `${recorded(promNames.events, seconds, spec)} * ${divergence} > ${evidence}`,
    `(${recorded(promNames.events, longSeconds, spec)} * ${p} < ${expectedFailures})`,
  ].join('\nand ');
}

/** When a burn rule fires. */
export function burnExpression(spec: ObjectiveSpec, rule: BurnRule): string {
  const quiet = quietWindowsOf(spec).map((seconds) => `(${quietExpression(spec, rule, seconds)})`);
  return [`(${busyExpression(spec, rule)})`, ...quiet].join('\nor\n');
}
