import { judgedNow, worstOf, worstReason } from './judgement.ts';
import type { CutOff, CutOffForecast, EnvironmentSummary, Health, Overview } from './resources.ts';
import { instantOf } from './time.ts';
import { zonedLabel } from './zoned.ts';

export interface BoardRow {
  readonly at: string;
  readonly name: string;
  readonly site: string;
  readonly localLabel: string;
  /** Whether it is the next one of its site: only then do counts and state say anything about it. */
  readonly isNext: boolean;
  /** Null where nobody counted. */
  readonly dueCount: number | null;
  readonly lateCount: number | null;
  /** Why nobody counted, where that is known. */
  readonly notCounted: string | undefined;
  readonly health: Health;
  readonly word: string;
  readonly reason: string | undefined;
  /** What is forecast of it, in words; nothing where nothing is said. */
  readonly forecast: BoardForecast | undefined;
}

export interface BoardForecast {
  readonly warns: boolean;
  readonly words: string;
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

/** What ships: production where there is any; a training system says nothing about a cut-off. */
function servingOf(cutOff: CutOff, environments: readonly EnvironmentSummary[]): readonly EnvironmentSummary[] {
  const all = environments.filter((each) => cutOff.environments.includes(each.name));
  const production = all.filter((each) => each.serviceClass === 'production');
  return production.length > 0 ? production : all;
}

/** The worst that is forecast of a cut-off: a floor that hears of one backlog that clears must not miss the one that does not. */
export function boardForecast(cutOff: CutOff, forecasts: readonly CutOffForecast[]): BoardForecast | undefined {
  const worst = forecasts
    .flatMap(({ site, cutOff: its, said, impact }) =>
      site === cutOff.site && its.name === cutOff.name && its.at === cutOff.at && said !== null
        ? [{ said, impact }]
        : [],
    )
    .toSorted((a, b) => a.said.probabilityClears - b.said.probabilityClears)[0];
  if (worst === undefined) return undefined;
  const { probabilityClears, backlog, drainPerHour, expectedLeft, warns } = worst.said;
  if (warns) return { warns, words: `${Math.max(1, Math.round(expectedLeft))} parcels will miss it` };
  const share = Math.floor(probabilityClears * 100);
  return { warns, words: `${share} % sure to clear: ${backlog} open, ${Math.round(drainPerHour)} leave an hour` };
}

function rowOf(
  cutOff: CutOff,
  isNext: boolean,
  environments: readonly EnvironmentSummary[],
  now: Temporal.Instant,
  forecasts: readonly CutOffForecast[],
): BoardRow {
  const serving = servingOf(cutOff, environments);
  // The counts of a site are for its next cut-off only.
  const counting = serving
    .flatMap((each) => each.siteBacklogs)
    .filter(({ nextCutOff: next }) => next?.site === cutOff.site && next.at === cutOff.at && next.name === cutOff.name);
  const health = worstOf(serving.map((each) => each.business.health));
  const lateCount = sum(counting.map((each) => each.lateCount));
  // Late work does not break a system, but on this board it is never "on course".
  const forecast = isNext ? boardForecast(cutOff, forecasts) : undefined;
  const isAtRisk = (lateCount ?? 0) > 0 || forecast?.warns === true;
  const shown = health === 'healthy' && isAtRisk ? 'degraded' : health;
  const worst = serving.find((each) => each.business.health === health && health !== 'healthy');
  return {
    at: cutOff.at,
    name: cutOff.name,
    site: cutOff.site,
    localLabel: zonedLabel(instantOf(cutOff.at), now, cutOff.timezone),
    isNext,
    dueCount: sum(counting.map((each) => each.dueBeforeNextCutOffCount)),
    lateCount,
    notCounted: counting.find((each) => each.notCounted !== null)?.notCounted ?? undefined,
    health: shown,
    word: isNext ? words[shown] : 'Later',
    reason: worst === undefined || !isNext ? undefined : worstReason(worst)?.summary,
    forecast,
  };
}

/** The cut-offs still ahead, soonest first, with the work due before them and the state of the systems they need. */
export function boardRows(
  overview: Overview,
  now: Temporal.Instant,
  forecasts: readonly CutOffForecast[] = [],
): BoardRow[] {
  const environments = overview.environments.map((each) => judgedNow(each, now));
  const sites = new Set<string>();
  return overview.cutOffs
    .filter((each) => Temporal.Instant.compare(instantOf(each.at), now) > 0)
    .sort((left, right) => Temporal.Instant.compare(instantOf(left.at), instantOf(right.at)))
    .map((cutOff) => {
      const isNext = !sites.has(cutOff.site);
      sites.add(cutOff.site);
      return rowOf(cutOff, isNext, environments, now, forecasts);
    });
}
