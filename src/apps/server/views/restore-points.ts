import type { z } from '@hono/zod-openapi';
import { type BackupRun, type RecordedPoint, restorePoints } from '../../../core/recovery/index.ts';
import type { resource } from '../../contract/index.ts';
import type { ServerDeps } from '../deps.ts';
import { iso } from './format.ts';

type Point = z.input<typeof resource.restorePoint>;

const mostRuns = 2_000;
const mostDrills = 2_000;
const mostFindings = 500;

const isoOr = (at: Temporal.Instant | null | undefined): string | null =>
  at === null || at === undefined ? null : iso(at);

function pointView(point: RecordedPoint): Point {
  const { proof, coverage } = point;
  return {
    ...point,
    consistentAt: iso(point.consistentAt),
    finishedAt: iso(point.finishedAt),
    lastBusinessRowAt: isoOr(point.lastBusinessRowAt),
    reachesUntil: isoOr(point.reachesUntil),
    odooVersion: point.odooVersion ?? null,
    keys: point.keys ?? null,
    software: point.software?.map((each) => ({ ...each })) ?? null,
    coverage: coverage === undefined ? null : coverage.map((each) => ({ ...each })),
    proof: proof === undefined ? null : { ...proof, at: iso(proof.at), reasons: [...proof.reasons] },
  };
}

/** What an environment can be brought back to, oldest first. A gap in the archived log takes the stretches away, not the points. */
export async function restorePointsOf(deps: ServerDeps, environment: string): Promise<Point[]> {
  const [runs, drills, findings] = await Promise.all([
    deps.store.backups.list({ environment, state: 'succeeded', limit: mostRuns }),
    deps.store.drills.list({ environment, limit: mostDrills }),
    deps.store.findings.list({ environment, includeClosed: false, limit: mostFindings }),
  ]);
  const hasGap = findings.some(({ code }) => code === 'WAL_GAP');
  return restorePoints(runs, drills, deps.clock.now(), { hasGap }).map(pointView);
}

/** An attempt at a backup as the API shows it. */
export function backupRunView({
  seenAt: _,
  reachesUntil: __,
  figures,
  ...run
}: BackupRun): z.input<typeof resource.backupRun> {
  const { restores: ___, ...plain } = figures ?? {};
  return {
    ...run,
    startedAt: iso(run.startedAt),
    finishedAt: isoOr(run.finishedAt),
    figures: figures === null ? null : (plain as z.input<typeof resource.backupRun>['figures']),
  };
}
