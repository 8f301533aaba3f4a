import type { z } from '@hono/zod-openapi';
import type { Environment, Estate } from '../../../core/estate/index.ts';
import { isStale, oldestCurrent, type Sample, staleAfter } from '../../../core/observe/index.ts';
import type { resource } from '../../contract/index.ts';
import type { ServerDeps } from '../deps.ts';
import type { Occurrence } from '../planning.ts';
import { currentHealth, iso, verdictView } from './format.ts';

export type EnvironmentSummary = z.input<typeof resource.environmentSummary>;

const horizons: readonly (readonly [string, number])[] = [
  ['1h', 1],
  ['4h', 4],
  ['24h', 24],
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

function sum(samples: readonly Sample[], metric: string, label?: readonly [string, string]): number | null {
  const found = samples.filter(
    (sample) => sample.metric === metric && (label === undefined || sample.labels[label[0]] === label[1]),
  );
  return found.length === 0 ? null : Math.round(found.reduce((total, { value }) => total + value, 0));
}

/**
 * Open work against deadlines. What is due before the next cut-off is counted to the end of the horizon (1, 4 or 24
 * hours) in which the cut-off lies: rather too many than too few.
 */
export function backlogOf(
  samples: readonly Sample[],
  nextCutOff: Occurrence | null,
  now: Temporal.Instant,
): z.input<typeof resource.backlog> {
  const hoursLeft = nextCutOff === null ? Number.POSITIVE_INFINITY : now.until(nextCutOff.at).total({ unit: 'hours' });
  const horizon = horizons.find(([, hours]) => hours >= hoursLeft)?.[0];
  const measured = samples.filter((sample) => sample.metric === 'odoo_picking_backlog_count').map(({ at }) => iso(at));
  return {
    openCount: sum(samples, 'odoo_picking_backlog_count'),
    lateCount: sum(samples, 'odoo_picking_late_count'),
    dueBeforeNextCutOffCount:
      horizon === undefined ? null : sum(samples, 'odoo_picking_due_count', ['horizon', horizon]),
    measuredAt: measured.sort().at(-1) ?? null,
  };
}

/** Events of the sites that an environment serves. */
export function ofSites(occurrences: readonly Occurrence[], environment: Environment): readonly Occurrence[] {
  const sites = new Set(environment.sites.map((site) => site.name));
  return occurrences.filter((each) => sites.has(each.site));
}

/** One environment as lists and the first screen show it. */
export async function summarise(
  deps: ServerDeps,
  environment: Environment,
  around: readonly Occurrence[],
  now: Temporal.Instant,
): Promise<EnvironmentSummary> {
  const { thresholds } = environment;
  const [health, lifecycle, findings, known] = await Promise.all([
    deps.store.health.get(environment.name),
    deps.store.lifecycle.get(environment.name),
    deps.store.findings.list({ environment: environment.name, includeClosed: false, limit: 1_000 }),
    deps.samples.latest(environment.name, oldestCurrent(environment, now)),
  ]);
  const current = currentHealth(environment.name, health, now, staleAfter(thresholds));
  const samples = known.filter((sample) => !isStale(environment, sample, now));
  const own = ofSites(around, environment);
  const nextCutOff = nextOf(own, ['cut-off'], now);
  return {
    name: environment.name,
    tenant: environment.tenant ?? null,
    stage: environment.stage,
    serviceClass: environment.serviceClass,
    tier: environment.tier.name,
    platform: environment.platform,
    region: environment.region ?? null,
    odooVersion: environment.odoo.version,
    lifecycle: lifecycle ?? 'requested',
    sites: environment.sites.map(({ name, timezone }) => ({ name, timezone })),
    business: verdictView(current.business),
    infrastructure: verdictView(current.infrastructure),
    judgedAt: current.judgedAt,
    backlog: backlogOf(samples, nextCutOff, now),
    nextCutOff,
    activePeak: activeAt(own, 'peak', now),
    activeFreeze: activeAt(own, 'freeze', now),
    openFindingCount: findings.length,
  };
}
