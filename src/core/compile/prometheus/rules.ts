import { stringify } from 'yaml';
import type { Estate } from '../../estate/index.ts';
import { burnRulesFor, type ObjectiveSpec, thresholdOf, windowSecondsOf } from '../../objective/index.ts';
import { burnExpression, numeral, promDuration, promNames, quietWindowsOf, selector } from './expressions.ts';

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Group {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** Every window that a rule of the objective reads, and its own, shortest first. */
export function windowsOf(spec: ObjectiveSpec): readonly number[] {
  const rules = burnRulesFor(spec.windowSeconds).map((rule) => thresholdOf(rule, spec.targetRatio));
  const all = [
    ...rules.flatMap(({ longSeconds, shortSeconds }) => [longSeconds, shortSeconds]),
    ...quietWindowsOf(spec),
    windowSecondsOf(spec.window),
  ];
  return [...new Set(all.map((seconds) => Math.round(seconds)))].sort((a, b) => a - b);
}

function labelsOf(spec: ObjectiveSpec): Readonly<Record<string, string>> {
  const { key, environment, service, kind, commitment } = spec;
  return { objective: key, environment, service, kind, ...(commitment === null ? {} : { commitment }) };
}

/** Every controller shows the same counters, as they lie in the database: the largest of them is the truth. */
function recordingRules(spec: ObjectiveSpec): readonly Rule[] {
  const labels = labelsOf(spec);
  return windowsOf(spec).flatMap((seconds): readonly Rule[] => {
    const span = promDuration(seconds);
    const increase = (name: string): string => `max by (objective) (increase(${name}${selector(spec)}[${span}]))`;
    return [
      { record: `${promNames.events}_${span}`, expr: increase(promNames.total), labels },
      {
        record: `${promNames.failure}_${span}`,
        // Where nothing happened there is no ratio: a gap stays a gap.
        expr: `1 - ${increase(promNames.good)} / (${increase(promNames.total)} > 0)`,
        labels,
      },
    ];
  });
}

function budgetRules(spec: ObjectiveSpec): readonly Rule[] {
  const labels = labelsOf(spec);
  const failure = `${promNames.failure}_${promDuration(windowSecondsOf(spec.window))}${selector(spec)}`;
  return [
    { record: promNames.attainment, expr: `1 - ${failure}`, labels },
    { record: promNames.budget, expr: `1 - ${failure} / ${numeral(1 - spec.targetRatio)}`, labels },
  ];
}

function alertRules(spec: ObjectiveSpec, owner: string | undefined): readonly Rule[] {
  const subject = `${spec.commitment ?? spec.service} in ${spec.environment}`;
  return burnRulesFor(spec.windowSeconds).map((rule) => ({
    alert: 'PlimsollBudgetBurns',
    expr: burnExpression(spec, rule),
    labels: {
      ...labelsOf(spec),
      severity: rule.severity,
      window: rule.window,
      ...(owner === undefined ? {} : { owner }),
    },
    annotations: {
      summary: `${subject} burns its budget more than ${numeral(rule.burnRate)} times too fast over ${rule.window}.`,
      description: `Promised is: ${spec.promise}. See \`plimsoll slo show ${spec.key}\`.`,
    },
  }));
}

/** Silence of what should speak is an alert of its own, not a good sign. */
function silenceRule(spec: ObjectiveSpec, owner: string | undefined): Rule {
  return {
    alert: 'PlimsollObjectiveUnknown',
    expr: `absent(${promNames.total}${selector(spec)})`,
    labels: { ...labelsOf(spec), severity: 'ticket', ...(owner === undefined ? {} : { owner }) },
    annotations: {
      summary: `Nothing is known of ${spec.promise} for ${spec.service} in ${spec.environment}.`,
      description: 'No controller exposes the objective, or Prometheus does not reach it.',
    },
  };
}

/** Recording and alerting rules of one environment's objectives: a group each. */
export function prometheusRules(estate: Estate, specs: readonly ObjectiveSpec[]): string {
  const groups = specs.map((spec): Group => {
    const owner = estate.services.find(({ name }) => name === spec.service)?.owner;
    return {
      name: spec.key,
      rules: [...recordingRules(spec), ...budgetRules(spec), ...alertRules(spec, owner), silenceRule(spec, owner)],
    };
  });
  return stringify({ groups }, { lineWidth: 0, aliasDuplicateObjects: false });
}
