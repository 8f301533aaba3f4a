import type { DependencyGraph } from '../estate/index.ts';
import type { Alert, AlertDraft } from './alert.ts';
import type { AlertSignal } from './signal.ts';
import { operationTheme } from './sources.ts';

/** What a signal is about, as a component of its environment. */
const componentOf: Readonly<Record<string, string>> = {
  ...{ POSTGRES_UNREACHABLE: 'postgres', CONNECTIONS_NEAR_LIMIT: 'postgres', REPLICATION_LAG: 'postgres' },
  ...{ DISK_NEARLY_FULL: 'postgres', REDIS_DOWN: 'redis', REDIS_EVICTING: 'redis', REDIS_NEARLY_FULL: 'redis' },
  ...{ REDIS_NOT_PERSISTING: 'redis', INGRESS_DOWN: 'ingress', CERTIFICATE_EXPIRING: 'ingress' },
  ...{ ODOO_WEB_DOWN: 'web', ODOO_WEB_UNRESPONSIVE: 'web', ODOO_GEVENT_DOWN: 'gevent', ODOO_CRON_DOWN: 'cron' },
};

/** What begins so soon after another may come from the machine or the provider that both stand on. */
export const commonCauseSeconds = 900;

type Pointing = Pick<AlertSignal, 'code' | 'environment' | 'theme' | 'subject' | 'source'>;

/** Whether components of other environments stand on it too. */
const isShared = (graph: DependencyGraph, id: string, environment: string): boolean =>
  (graph.neededBy.get(id) ?? []).some(({ from }) => !from.startsWith(`component/${environment}/`));

/** The integration that an objective is about, from its key; of `dhl` and `dhl-express` the one that is meant. */
function promisedOf(graph: DependencyGraph, { source, subject }: Pointing): readonly string[] {
  if (source !== 'burn') return [];
  const fitting = [...graph.elements.values()].filter(
    ({ kind, name }) => kind === 'integration' && subject.includes(`.integration-${name}-`),
  );
  return fitting
    .toSorted((a, b) => b.name.length - a.name.length)
    .slice(0, 1)
    .map(({ id }) => id);
}

/** Integrations and machines that a signal names outright. */
function named(graph: DependencyGraph, { theme, source, subject }: Pointing): readonly string[] {
  const names = [
    ...(theme.startsWith('partner/') ? [`integration/${theme.slice('partner/'.length)}`] : []),
    // Prometheus names the machine and a port of it.
    ...(source === 'alertmanager' ? [`server/${subject.replace(/:\d+$/, '')}`] : []),
  ];
  return names.filter((id) => graph.elements.has(id));
}

/** What the component that a signal is about stands on, where others stand on it too. */
function stoodOn(graph: DependencyGraph, { code, environment }: Pointing): readonly string[] {
  const component = componentOf[code];
  if (environment === null || component === undefined) return [];
  const below = graph.needs.get(`component/${environment}/${component}`) ?? [];
  return below.map(({ to }) => to).filter((id) => /^(server|provider)\//.test(id) && isShared(graph, id, environment));
}

/** What stands still may do so because an environment that it needs does, or be what others need. */
function environmentsAbove(graph: DependencyGraph, { theme, environment }: Pointing): readonly string[] {
  if (environment === null || theme !== operationTheme) return [];
  const self = `environment/${environment}`;
  const needed = (graph.needs.get(self) ?? []).map(({ to }) => to).filter((id) => id.startsWith('environment/'));
  const isNeeded = (graph.neededBy.get(self) ?? []).some(({ from }) => from.startsWith('environment/'));
  return isNeeded ? [...needed, self] : needed;
}

/** Things that more than one environment needs and that a signal may come from, by the dependencies of the estate. */
export function mayComeFrom(graph: DependencyGraph, signals: readonly Pointing[]): readonly string[] {
  const ids = signals.flatMap((signal) => [
    ...named(graph, signal),
    ...promisedOf(graph, signal),
    ...stoodOn(graph, signal),
    ...environmentsAbove(graph, signal),
  ]);
  return [...new Set(ids)].toSorted();
}

type Caused = Pick<AlertDraft, 'mayComeFrom' | 'startedAt'>;

/**
 * The thing that two alerts of different environments may both come from. A partner that both name is that whenever they began;
 * a machine or a provider that both stand on only where they began together, so that a later trouble of its own calls somebody.
 */
export function commonCause(one: Caused, other: Caused): string | undefined {
  const apartSeconds = Math.abs(one.startedAt.since(other.startedAt).total('seconds'));
  return one.mayComeFrom.find(
    (id) => other.mayComeFrom.includes(id) && (id.startsWith('integration/') || apartSeconds <= commonCauseSeconds),
  );
}

/**
 * What pages in several environments from one cause calls its owner once: the first that was told leads, the others follow
 * from it. Another owner is called for what is theirs.
 */
export function leadByCause(drafts: readonly AlertDraft[], open: readonly Alert[]): readonly AlertDraft[] {
  // One that nothing signals at the moment leads until it is over.
  const told = open.filter(({ toldUrgency, resolvedAt }) => toldUrgency === 'page' && resolvedAt === null);
  const pages = drafts.filter(
    ({ urgency, partOf, mayComeFrom: from }) => urgency === 'page' && partOf === null && from.length > 0,
  );
  const leads: AlertDraft[] = [...told];
  const followers = new Map<string, string>();
  for (const draft of pages.filter(({ key }) => !told.some((each) => each.key === key))) {
    const lead = leads.find((each) => each.owner === draft.owner && commonCause(each, draft) !== undefined);
    if (lead === undefined) leads.push(draft);
    else followers.set(draft.key, lead.key);
  }
  return drafts.map((draft) => ({ ...draft, partOf: followers.get(draft.key) ?? draft.partOf }));
}
