import { calendarOf, type Environment, type Estate } from '../../core/estate/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import {
  ceilingFindings,
  compromisesOf,
  countsIn,
  createSli,
  declaredCompromises,
  furthestSecondsOf,
  historyOf,
  judgeObjectives,
  type ObjectivePoint,
  type ObjectiveSpec,
  type ObjectiveVerdict,
  objectivesOf,
  pointAt,
  type Sli,
  type Surroundings,
  surroundingsOf,
} from '../../core/objective/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SliSource } from '../../ports/sli-source.ts';
import type { Store } from '../../ports/store.ts';
import { reconcileFindings } from '../reconcile-findings.ts';
import type { SeriesCache } from './series-cache.ts';

export interface ObjectiveDeps {
  readonly clock: Clock;
  readonly store: Store;
  readonly cache: SeriesCache;
  /** Where an environment's objectives are read. */
  readonly source: (environment: Environment) => SliSource;
  readonly actor: Actor;
}

const findingSource = 'objectives';
/** As many findings as are looked through for a compromise; a compromise is critical and stands in front. */
const mostFindings = 1_000;

/** What a source that is away would have said is not known, which is not nothing: the others are judged all the same. */
async function readSli(
  deps: ObjectiveDeps,
  source: SliSource,
  spec: ObjectiveSpec,
  surroundings: Surroundings,
  now: Temporal.Instant,
): Promise<Sli> {
  try {
    return createSli(spec, await deps.cache.read(source, spec, now), surroundings, now);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'PROMETHEUS_UNREACHABLE') throw error;
    const blind: ObjectiveSpec = { ...spec, signal: { kind: 'none', why: error.message } };
    return createSli(blind, { points: [], seen: [] }, surroundings, now);
  }
}

async function readSlis(
  deps: ObjectiveDeps,
  estate: Estate,
  environment: Environment,
  specs: readonly ObjectiveSpec[],
  now: Temporal.Instant,
): Promise<readonly Sli[]> {
  const furthestSeconds = Math.max(0, ...specs.map(({ window }) => furthestSecondsOf(window)));
  const from = now.subtract({ seconds: Math.ceil(furthestSeconds) });
  const calendar = calendarOf(environment.sites, from, now);
  const findings = await deps.store.findings.list({
    environment: environment.name,
    includeClosed: true,
    limit: mostFindings,
  });
  const source = deps.source(environment);
  const slis: Sli[] = [];
  for (const spec of specs) {
    const service = estate.services.find(({ name }) => name === spec.service);
    const compromises = service === undefined ? [] : compromisesOf(service, findings);
    slis.push(await readSli(deps, source, spec, surroundingsOf(spec, calendar, compromises), now));
  }
  return slis;
}

/** A change of state, as the ledger keeps it. The first verdict is news only where it is bad. */
function changesOf(verdicts: readonly ObjectiveVerdict[], previous: ReadonlyMap<string, ObjectiveVerdict>) {
  return verdicts.filter(({ key, state }) => {
    const before = previous.get(key)?.state;
    return before === undefined ? state === 'breached' || state === 'at-risk' : before !== state;
  });
}

/** What the past gains: an hour's point as it changes, and for an objective without one, all that was recorded. */
function pointsOf(
  slis: readonly Sli[],
  verdicts: readonly ObjectiveVerdict[],
  previous: ReadonlyMap<string, ObjectiveVerdict>,
): readonly ObjectivePoint[] {
  const now = verdicts[0]?.at;
  const first = slis.filter(({ spec }) => !previous.has(spec.key));
  const past = now === undefined ? [] : first.flatMap((sli) => historyOf(sli, now));
  const fresh = verdicts.filter((verdict) => {
    const before = previous.get(verdict.key);
    const isNewHour = before === undefined || !pointAt(before).at.equals(pointAt(verdict).at);
    return isNewHour || before.state !== verdict.state || before.budgetRemaining !== verdict.budgetRemaining;
  });
  return [...past, ...fresh.map(pointAt)];
}

/** What comes later than this after it happened is not in the counters that Prometheus reads. */
const lateSeconds = 120;

/** What was counted since the counters were last advanced; one that has not begun begins at zero, now. */
async function countedSince(store: Store, slis: readonly Sli[], now: Temporal.Instant) {
  const upTo = now.subtract({ seconds: lateSeconds });
  const known = await store.objectives.countedUpTo(slis.map(({ spec }) => spec.key));
  return slis.flatMap(({ spec: { key }, series }) => {
    const from = known.get(key) ?? upTo;
    const seconds = upTo.since(from).total('seconds');
    if (seconds < 0) return [];
    const { failed, total } = countsIn(series, upTo.epochMilliseconds / 1_000, seconds);
    return [{ key, good: total - failed, total, from, upTo }];
  });
}

/**
 * Judges everything that is promised about one environment, keeps the verdicts and their past, raises what the promises cannot
 * rest on, and writes changes of state into the ledger, all in one transaction.
 */
export async function judgeEnvironment(
  deps: ObjectiveDeps,
  estate: Estate,
  environment: Environment,
): Promise<readonly ObjectiveVerdict[]> {
  const now = deps.clock.now();
  const specs = objectivesOf(estate, environment);
  const slis = await readSlis(deps, estate, environment, specs, now);
  return deps.store.transaction(async (store) => {
    const known = await store.objectives.list({ environment: environment.name });
    const previous = new Map(known.map((verdict) => [verdict.key, verdict]));
    const verdicts = judgeObjectives({ slis, previous }, now);
    await store.objectives.put(environment.name, verdicts, now);
    await store.objectives.remember(pointsOf(slis, verdicts, previous));
    await store.objectives.advance(await countedSince(store, slis, now));
    for (const verdict of changesOf(verdicts, previous)) {
      const { key, service, kind, promise, commitment, state, reason, attainment, budgetRemaining } = verdict;
      const data = {
        ...{ environment: environment.name, service, kind, promise, commitment },
        ...{ from: previous.get(key)?.state ?? null, to: state, reason, attainment, budgetRemaining },
      };
      await store.ledger.append(
        { actor: deps.actor, type: 'objective.changed', subject: `objective/${key}`, data },
        now,
      );
    }
    const services = estate.services.filter(({ environments }) => environments.includes(environment.name));
    const drafts = [
      ...ceilingFindings(estate, environment, specs, verdicts),
      ...declaredCompromises(environment, services, now),
    ];
    const scope = { source: findingSource, environment: environment.name };
    await reconcileFindings(store, scope, drafts, deps.actor, now);
    return verdicts;
  });
}
