import type { z } from '@hono/zod-openapi';
import type { Estate } from '../../../core/estate/index.ts';
import { isDatedAhead } from '../../../core/kernel/index.ts';
import { conclusiveDrills, type DrillReport, evidenceExpiresAt } from '../../../core/recovery/index.ts';
import type { resource } from '../../contract/index.ts';
import type { ServerDeps } from '../deps.ts';
import { changesOverall } from './changes.ts';
import { calendarAround, type EnvironmentSummary } from './environments.ts';
import { iso } from './format.ts';

type Overview = z.input<typeof resource.overview>;

/** The names of the environments of each site, in the order in which they are declared. */
function environmentsBySite(estate: Estate): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { name, sites } of estate.environments) {
    for (const site of new Set(sites.map((each) => each.name))) names.set(site, [...(names.get(site) ?? []), name]);
  }
  return names;
}

/** Until when the last drill of each environment that says something proves that it came back, in milliseconds. */
function provenUntil(estate: Estate, drills: readonly DrillReport[], now: Temporal.Instant): readonly number[] {
  const newest = new Map(conclusiveDrills(drills, now).map((each) => [each.environment, each]));
  return estate.environments.flatMap(({ name, tier }) => {
    const last = newest.get(name);
    if (last?.verdict !== 'verified') return [];
    return [evidenceExpiresAt(last, tier.recovery.drillEverySeconds).epochMilliseconds];
  });
}

interface Kept {
  readonly estate: Estate;
  readonly drills: readonly DrillReport[];
  readonly until: readonly number[];
  /** Whether a clock that was ahead has dated one of them: it counts once that time has come. */
  readonly hasAhead: boolean;
}

/** Environments whose last drill that says something came back, and has not expired; asked often, and drills are rare. */
export function createVerifiedCount(): (
  estate: Estate,
  drills: readonly DrillReport[],
  now: Temporal.Instant,
) => number {
  let kept: Kept | undefined;
  return (estate, drills, now) => {
    const hasAhead = drills.some(({ finishedAt }) => isDatedAhead(finishedAt, now));
    if (kept?.estate !== estate || kept.drills !== drills || kept.hasAhead || hasAhead) {
      kept = { estate, drills, until: provenUntil(estate, drills, now), hasAhead };
    }
    const { epochMilliseconds } = now;
    return kept.until.filter((until) => epochMilliseconds < until).length;
  };
}

/** The first screen: what may be missed, what can be recovered, what may be changed. */
export function overviewOf(
  deps: ServerDeps,
  summaries: readonly EnvironmentSummary[],
  verifiedCount: number,
): Overview {
  const now = deps.clock.now();
  const { estate, diagnostics } = deps.estate();
  const around = calendarAround(deps, estate, now);
  const environments = [...summaries];
  const bySite = environmentsBySite(estate);
  const at = iso(now);
  const cutOffs = around.filter((each) => each.kind === 'cut-off' && each.at > at).slice(0, 20);
  const count = (severity: string): number => diagnostics.filter((each) => each.severity === severity).length;
  return {
    estate: estate.name,
    now: at,
    environments,
    cutOffs: cutOffs.map((cutOff) => ({ ...cutOff, environments: [...(bySite.get(cutOff.site) ?? [])] })),
    changes: changesOverall(
      environments.filter(({ lifecycle }) => lifecycle !== 'retired').map(({ change }) => change),
    ),
    recovery: { verifiedCount, environmentCount: environments.length },
    diagnosticCount: { errors: count('error'), warnings: count('warning') },
  };
}
