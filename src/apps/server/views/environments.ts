import type { z } from '@hono/zod-openapi';
import type { Environment, Estate, LifecycleState } from '../../../core/estate/index.ts';
import {
  type EnvironmentHealth,
  isStale,
  notObserved,
  oldestCurrent,
  type Sample,
  type SiteBacklog,
  siteBacklogs,
  staleAfter,
} from '../../../core/observe/index.ts';
import type { resource } from '../../contract/index.ts';
import type { ServerDeps } from '../deps.ts';
import type { Occurrence } from '../planning.ts';
import { currentHealth, iso, verdictView } from './format.ts';

export type EnvironmentSummary = z.input<typeof resource.environmentSummary>;

const backlogMetrics = [
  'odoo_picking_backlog_count',
  'odoo_picking_late_count',
  'odoo_picking_due_count',
  'odoo_warehouse_count',
];

/** The calendar from yesterday, for what is still going on, to five weeks ahead, for the next monthly event. */
export function calendarAround(deps: ServerDeps, estate: Estate, now: Temporal.Instant): readonly Occurrence[] {
  return deps.planning.occurrences(estate, now.subtract({ hours: 24 * 60 }), now.add({ hours: 24 * 35 }));
}

/** The event of a kind that is going on at the instant. */
export function activeAt(occurrences: readonly Occurrence[], kind: string, now: Temporal.Instant): Occurrence | null {
  const at = iso(now);
  const isOn = ({ at: from, until }: Occurrence): boolean => from <= at && until !== null && until > at;
  return occurrences.find((each) => each.kind === kind && isOn(each)) ?? null;
}

/** The next event of a kind after the instant. */
export function nextOf(
  occurrences: readonly Occurrence[],
  kinds: readonly string[],
  now: Temporal.Instant,
): Occurrence | null {
  const at = iso(now);
  return occurrences.find((each) => kinds.includes(each.kind) && each.at > at) ?? null;
}

function sum(samples: readonly Sample[], metric: string): number | null {
  const found = samples.filter((sample) => sample.metric === metric);
  return found.length === 0 ? null : Math.round(found.reduce((total, { value }) => total + value, 0));
}

/** Open work of all its sites; what is due is that of the site whose cut-off comes next. */
export function backlogOf(
  samples: readonly Sample[],
  nextCutOff: Occurrence | null,
  sites: readonly SiteBacklog[],
): z.input<typeof resource.backlog> {
  const measured = samples.filter((sample) => sample.metric === 'odoo_picking_backlog_count').map(({ at }) => at);
  const newest = measured.reduce<Temporal.Instant | undefined>(
    (latest, at) => (latest === undefined || at.epochMilliseconds > latest.epochMilliseconds ? at : latest),
    undefined,
  );
  return {
    openCount: sum(samples, 'odoo_picking_backlog_count'),
    lateCount: sum(samples, 'odoo_picking_late_count'),
    dueBeforeNextCutOffCount: sites.find(({ site }) => site === nextCutOff?.site)?.dueBeforeNextCutOffCount ?? null,
    measuredAt: newest === undefined ? null : iso(newest),
  };
}

/** Each site of the environment with its open work against its own next cut-off. */
function backlogsBySite(
  { sites }: Environment,
  samples: readonly Sample[],
  own: readonly Occurrence[],
  now: Temporal.Instant,
): readonly (SiteBacklog & { readonly nextCutOff: Occurrence | null })[] {
  const next = new Map(
    sites.map(({ name }) => [
      name,
      nextOf(
        own.filter((each) => each.site === name),
        ['cut-off'],
        now,
      ),
    ]),
  );
  const cutOffs = [...next].flatMap(([site, each]) =>
    each === null ? [] : [{ site, at: Temporal.Instant.from(each.at) }],
  );
  return siteBacklogs(sites, samples, cutOffs, now).map((each) => ({
    ...each,
    nextCutOff: next.get(each.site) ?? null,
  }));
}

/** Events of the sites that an environment serves. */
export function ofSites(occurrences: readonly Occurrence[], environment: Environment): readonly Occurrence[] {
  const sites = new Set(environment.sites.map((site) => site.name));
  return occurrences.filter((each) => sites.has(each.site));
}

/** What is known of environments, by name: read for all of them at once, however many there are. */
interface Known {
  readonly health: ReadonlyMap<string, EnvironmentHealth>;
  readonly lifecycle: ReadonlyMap<string, LifecycleState>;
  readonly openFindings: ReadonlyMap<string, number>;
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
}

async function readKnown(
  deps: ServerDeps,
  environments: readonly Environment[],
  now: Temporal.Instant,
): Promise<Known> {
  const oldest = environments.map((each) => oldestCurrent(each, now)).sort(Temporal.Instant.compare)[0] ?? now;
  const [health, lifecycle, openFindings, samples] = await Promise.all([
    deps.store.health.list(),
    deps.store.lifecycle.list(),
    deps.store.findings.openCounts(),
    deps.samples.newestOf(backlogMetrics, oldest),
  ]);
  return {
    health: new Map(health.map((each) => [each.environment, each])),
    lifecycle,
    openFindings,
    samples: Map.groupBy(samples, (each) => each.environment),
  };
}

/** The same of a single one, without reading the others. */
async function readKnownOf(deps: ServerDeps, environment: Environment, now: Temporal.Instant): Promise<Known> {
  const { name } = environment;
  const [health, lifecycle, findings, samples] = await Promise.all([
    deps.store.health.get(name),
    deps.store.lifecycle.get(name),
    deps.store.findings.list({ environment: name, includeClosed: false, limit: 1_000 }),
    deps.samples.latest(name, oldestCurrent(environment, now)),
  ]);
  return {
    health: new Map(health === undefined ? [] : [[name, health]]),
    lifecycle: new Map(lifecycle === undefined ? [] : [[name, lifecycle]]),
    openFindings: new Map([[name, findings.length]]),
    samples: new Map([[name, samples]]),
  };
}

/** One environment as lists and its own page show it. */
export async function summaryOf(
  deps: ServerDeps,
  environment: Environment,
  around: readonly Occurrence[],
  now: Temporal.Instant,
): Promise<EnvironmentSummary> {
  return summarise(environment, await readKnownOf(deps, environment, now), ofSites(around, environment), now);
}

/** Environments as lists and the first screen show them, in the order given. */
export async function summariesOf(
  deps: ServerDeps,
  environments: readonly Environment[],
  around: readonly Occurrence[],
  now: Temporal.Instant,
): Promise<readonly EnvironmentSummary[]> {
  const known = await readKnown(deps, environments, now);
  const bySite = Map.groupBy(around, (each) => each.site);
  return environments.map((each) => {
    const own = each.sites.flatMap(({ name }) => bySite.get(name) ?? []);
    const inOrder = each.sites.length > 1 ? own.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)) : own;
    return summarise(each, known, inOrder, now);
  });
}

function summarise(
  environment: Environment,
  known: Known,
  own: readonly Occurrence[],
  now: Temporal.Instant,
): EnvironmentSummary {
  const { name, thresholds } = environment;
  const current = currentHealth(name, known.health.get(name), now, staleAfter(thresholds));
  const samples = (known.samples.get(name) ?? []).filter((sample) => !isStale(environment, sample, now));
  const nextCutOff = nextOf(own, ['cut-off'], now);
  const bySite = backlogsBySite(environment, samples, own, now);
  return {
    name,
    tenant: environment.tenant ?? null,
    stage: environment.stage,
    serviceClass: environment.serviceClass,
    tier: environment.tier.name,
    platform: environment.platform,
    region: environment.region ?? null,
    odooVersion: environment.odoo.version,
    lifecycle: known.lifecycle.get(name) ?? 'requested',
    sites: environment.sites.map(({ name, timezone }) => ({ name, timezone })),
    business: verdictView(current.business),
    infrastructure: verdictView(current.infrastructure),
    notObserved: notObserved(environment).map((each) => ({ ...each })),
    judgedAt: current.judgedAt,
    backlog: backlogOf(samples, nextCutOff, bySite),
    siteBacklogs: bySite.map((each) => ({
      ...each,
      warehouses: each.warehouses === null ? null : [...each.warehouses],
    })),
    nextCutOff,
    activePeak: activeAt(own, 'peak', now),
    activeFreeze: activeAt(own, 'freeze', now),
    openFindingCount: known.openFindings.get(name) ?? 0,
  };
}
