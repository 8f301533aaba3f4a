import type { Environment, Estate } from '../../../core/estate/index.ts';
import { readEverySeconds, staleAfter } from '../../../core/observe/index.ts';
import type { ServerDeps } from '../deps.ts';
import type { Occurrence } from '../planning.ts';
import { calendarAround, type EnvironmentSummary, summarise } from './environments.ts';
import type { Known } from './known.ts';
import type { KnownEstate } from './known-estate.ts';

/** No summary is kept longer: the calendar's horizon moves on, and counts go by hours to a cut-off. */
const longestKeptMilliseconds = 15_000;

interface KeptSummary {
  readonly summary: EnvironmentSummary;
  readonly inputs: readonly unknown[];
  readonly untilMilliseconds: number;
}

/** What an environment's summary is made of besides time: it is made again when one of them is another. */
function inputsOf(known: Known, name: string): readonly unknown[] {
  const { health, samples, lifecycle, openFindings } = known;
  return [health.get(name), samples.get(name), lifecycle.get(name), openFindings.get(name)];
}

/** When time alone changes what a summary says: something begins or ends, or what is known grows too old. */
function changesAt(environment: Environment, known: Known, own: readonly Occurrence[], now: Temporal.Instant): number {
  const { name, thresholds } = environment;
  const nowMilliseconds = now.epochMilliseconds;
  const times = own.flatMap(({ at, until }) => (until === null ? [at] : [at, until])).map((at) => Date.parse(at));
  const judgedAt = known.health.get(name)?.judgedAt.epochMilliseconds;
  if (judgedAt !== undefined) times.push(judgedAt + staleAfter(thresholds) * 1_000 + 1);
  for (const { metric, at } of known.samples.get(name) ?? []) {
    times.push(at.epochMilliseconds + staleAfter(thresholds, readEverySeconds(environment, metric)) * 1_000 + 1);
  }
  return Math.min(nowMilliseconds + longestKeptMilliseconds, ...times.filter((each) => each > nowMilliseconds));
}

/** Events of the sites of each environment, in order; grouped when first asked. */
function eventsBySite(deps: ServerDeps, estate: Estate, now: Temporal.Instant) {
  let bySite: Map<string, Occurrence[]> | undefined;
  return ({ sites }: Environment): readonly Occurrence[] => {
    bySite ??= Map.groupBy(calendarAround(deps, estate, now), (each) => each.site);
    const own = sites.flatMap(({ name }) => bySite?.get(name) ?? []);
    return sites.length > 1 ? own.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)) : own;
  };
}

/**
 * The summaries of the whole estate, each made again only when what it is made of changed or time changes it: every
 * open portal asks for all of them at every event.
 */
export function createSummaries(deps: ServerDeps): (of: KnownEstate) => readonly EnvironmentSummary[] {
  let made: { readonly estate: Estate; readonly kept: Map<string, KeptSummary> } | undefined;
  return ({ estate, known }) => {
    const now = deps.clock.now();
    if (made?.estate !== estate) made = { estate, kept: new Map() };
    const { kept } = made;
    const eventsOf = eventsBySite(deps, estate, now);
    return estate.environments.map((environment) => {
      const { name } = environment;
      const inputs = inputsOf(known, name);
      const before = kept.get(name);
      const isSame = before !== undefined && inputs.every((input, index) => input === before.inputs[index]);
      if (isSame && now.epochMilliseconds < before.untilMilliseconds) return before.summary;
      const own = eventsOf(environment);
      // Frozen: whoever writes it may keep its text.
      const summary = Object.freeze(summarise(environment, known, own, now));
      kept.set(name, { summary, inputs, untilMilliseconds: changesAt(environment, known, own, now) });
      return summary;
    });
  };
}
