import { judgedNow, worstOf, worstReason } from './judgement.ts';
import type { CutOff, EnvironmentSummary, Health, Overview } from './resources.ts';
import { instantOf } from './time.ts';
import { zonedLabel } from './zoned.ts';

export interface BoardRow {
  readonly at: string;
  readonly name: string;
  readonly site: string;
  readonly localLabel: string;
  /** Null where nobody counted: for a cut-off after the next one of its environments, too. */
  readonly dueCount: number | null;
  readonly lateCount: number | null;
  readonly health: Health;
  readonly word: string;
  readonly reason: string | undefined;
}

const words: Readonly<Record<Health, string>> = {
  healthy: 'On course',
  degraded: 'At risk',
  unhealthy: 'In danger',
  unknown: 'Unknown',
};

function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === values.length && known.length > 0 ? known.reduce((total, value) => total + value, 0) : null;
}

function rowOf(cutOff: CutOff, environments: readonly EnvironmentSummary[], now: Temporal.Instant): BoardRow {
  const serving = environments.filter((each) => cutOff.environments.includes(each.name));
  // The counts an environment reports are for its next cut-off only.
  const counting = serving.filter((each) => each.nextCutOff?.at === cutOff.at && each.nextCutOff.name === cutOff.name);
  const health = worstOf(serving.map((each) => each.business.health));
  const lateCount = sum(counting.map((each) => each.backlog.lateCount));
  // Late work does not break a system, but on this board it is never "on course".
  const shown = health === 'healthy' && (lateCount ?? 0) > 0 ? 'degraded' : health;
  const worst = serving.find((each) => each.business.health === health && health !== 'healthy');
  return {
    at: cutOff.at,
    name: cutOff.name,
    site: cutOff.site,
    localLabel: zonedLabel(instantOf(cutOff.at), now, cutOff.timezone),
    dueCount: sum(counting.map((each) => each.backlog.dueBeforeNextCutOffCount)),
    lateCount,
    health: shown,
    word: words[shown],
    reason: worst === undefined ? undefined : worstReason(worst)?.summary,
  };
}

/** The cut-offs still ahead, soonest first, with the work due before them and the state of the systems they need. */
export function boardRows(overview: Overview, now: Temporal.Instant): BoardRow[] {
  const environments = overview.environments.map((each) => judgedNow(each, now));
  return overview.cutOffs
    .filter((each) => Temporal.Instant.compare(instantOf(each.at), now) > 0)
    .sort((left, right) => Temporal.Instant.compare(instantOf(left.at), instantOf(right.at)))
    .map((cutOff) => rowOf(cutOff, environments, now));
}
