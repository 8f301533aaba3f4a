import type { z } from '@hono/zod-openapi';
import type { Environment, Estate } from '../../../core/estate/index.ts';
import {
  isStale,
  notObserved,
  type Sample,
  type SiteBacklog,
  siteBacklogs,
  staleAfter,
} from '../../../core/observe/index.ts';
import type { resource } from '../../contract/index.ts';
import type { ServerDeps } from '../deps.ts';
import type { Occurrence } from '../planning.ts';
import { changeOf } from './changes.ts';
import { currentHealth, iso, verdictView } from './format.ts';
import type { Known } from './known.ts';

export type EnvironmentSummary = z.input<typeof resource.environmentSummary>;

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

/** An environment as lists and its own page show it, from what is known of it; `own` are the events of its sites, in order. */
export function summarise(
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
    change: changeOf(environment.tier.change, own, now),
    openFindingCount: known.openFindings.get(name) ?? 0,
  };
}
