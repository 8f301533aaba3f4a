import type { Alert } from '../../core/alert/index.ts';
import { type ChangeFact, type Incident, type IncidentStep, planIncidents } from '../../core/incident/index.ts';
import type { LedgerData } from '../../core/ledger/index.ts';
import type { Store } from '../../ports/store.ts';
import type { AlertDeps } from '../alert/dependencies.ts';

const mostUnderWay = 1_000;
const rememberedEntries = 200;
/** A process that was started anew is how things are mended as often as how they break: it dates no fault. */
const changeTypes = new Set(['environment.software-changed', 'release.deployed']);

/** What the ledger keeps of an incident with every change: enough to tell the story without it. */
export function incidentFacts(incident: Incident): LedgerData {
  const { environment, severity, state, title, impact, owner, faultStart, cause } = incident;
  const began = faultStart.at.toString({ smallestUnit: 'second' });
  return { environment, severity, state, title, impact: impact.sentence, owner, began, reason: cause.summary };
}

async function changesOf(store: Store, environment: string): Promise<readonly ChangeFact[]> {
  const entries = await store.ledger.tail({ subject: `environment/${environment}`, limit: rememberedEntries });
  return entries
    .filter(({ type }) => changeTypes.has(type))
    .map(({ at, type, data }) => {
      const reason = data['reason'];
      return { at, what: typeof reason === 'string' ? reason : type.replaceAll('.', ' ').replaceAll('-', ' ') };
    });
}

async function gatherChanges(
  store: Store,
  alerts: readonly Alert[],
): Promise<ReadonlyMap<string, readonly ChangeFact[]>> {
  const fresh = alerts.filter(({ incident, urgency }) => incident === null && urgency === 'page');
  const environments = [...new Set(fresh.flatMap(({ environment }) => environment ?? []))];
  return new Map(await Promise.all(environments.map(async (name) => [name, await changesOf(store, name)] as const)));
}

async function record(deps: AlertDeps, store: Store, { incident, changes }: IncidentStep, now: Temporal.Instant) {
  for (const change of changes) {
    const draft = {
      actor: deps.actor,
      type: `incident.${change}`,
      subject: `incident/${incident.id}`,
      data: incidentFacts(incident),
    };
    await store.ledger.append(draft, now);
  }
}

/** Opens, joins and ends incidents as alerts do; answers which alert belongs to which from now on. */
export async function followIncidents(
  deps: AlertDeps,
  store: Store,
  alerts: readonly Alert[],
  now: Temporal.Instant,
): Promise<ReadonlyMap<string, string>> {
  const underWay = await store.incidents.list({ states: ['open', 'acknowledged'], limit: mostUnderWay });
  const changes = await gatherChanges(store, alerts);
  const steps = planIncidents(underWay, alerts, (environment) => changes.get(environment ?? '') ?? [], now, deps.newId);
  await store.incidents.put(steps.map(({ incident }) => incident));
  for (const step of steps) await record(deps, store, step, now);
  return new Map(steps.flatMap(({ incident, joined }) => joined.map((alert) => [alert, incident.id] as const)));
}
