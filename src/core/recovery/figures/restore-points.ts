import type { Bytes, Seconds } from '../../kernel/index.ts';
import type { BackupRun } from '../backup-run.ts';
import type { DrillReport } from '../drill.ts';
import type { BackupKind, BackupMethod, Coverage } from '../manifest.ts';
import { conclusiveDrills } from '../plan/drill-plan.ts';

/** What a drill has shown of one restore point. */
export interface PointProof {
  readonly state: 'verified' | 'not-recoverable';
  readonly drill: string;
  readonly at: Temporal.Instant;
  readonly rtoSeconds: Seconds | null;
  readonly reasons: readonly string[];
}

/** One instant, or stretch of time, that an environment can be brought back to. */
export interface RecordedPoint {
  /** The id of its backup. */
  readonly id: string;
  readonly repository: string;
  readonly method: BackupMethod;
  readonly kind: BackupKind;
  readonly consistentAt: Temporal.Instant;
  readonly finishedAt: Temporal.Instant;
  readonly lastBusinessRowAt: Temporal.Instant | null;
  /** Up to when any instant can be restored to, by the log that is archived; `undefined`: only the point itself. */
  readonly reachesUntil: Temporal.Instant | undefined;
  readonly databaseBytes: Bytes;
  readonly filestoreFiles: number;
  readonly filestoreBytes: Bytes;
  readonly missingFiles: number;
  readonly addedBytes: Bytes;
  readonly odooVersion: string | undefined;
  readonly keys: number | undefined;
  /** `undefined` for a backup recorded before coverage was kept. */
  readonly coverage: readonly Coverage[] | undefined;
  /** What it ran with, by name and version. */
  readonly software: readonly { readonly name: string; readonly version: string }[] | undefined;
  readonly proof: PointProof | undefined;
}

/**
 * What can be restored, oldest first, from the records of finished backups. Physical backups of one chain share an archived
 * log: from each, every instant up to the next can be reached, and from the last up to its last mark. Where segments of the
 * log are missing, only the backups themselves can be promised.
 */
export function restorePoints(
  runs: readonly BackupRun[],
  drills: readonly DrillReport[],
  now: Temporal.Instant,
  { hasGap }: { readonly hasGap: boolean } = { hasGap: false },
): readonly RecordedPoint[] {
  const proofs = new Map(conclusiveDrills(drills, now).map((drill) => [drill.backup, proofOf(drill)]));
  const points = runs.flatMap((run) => pointOf(run, proofs.get(run.id)) ?? []);
  const sorted = points.toSorted((a, b) => Temporal.Instant.compare(a.consistentAt, b.consistentAt));
  return sorted.map((point, index) => {
    if (point.method !== 'physical' || hasGap) return { ...point, reachesUntil: undefined };
    const next = sorted.slice(index + 1).find(({ method }) => method === 'physical');
    return { ...point, reachesUntil: next?.consistentAt ?? after(point.consistentAt, point.reachesUntil) };
  });
}

function after(from: Temporal.Instant, until: Temporal.Instant | undefined): Temporal.Instant | undefined {
  return until !== undefined && Temporal.Instant.compare(until, from) > 0 ? until : undefined;
}

function proofOf({ id, finishedAt, verdict, rtoAchievedSeconds, reasons }: DrillReport): PointProof {
  const state = verdict === 'verified' ? 'verified' : 'not-recoverable';
  return { state, drill: id, at: finishedAt, rtoSeconds: rtoAchievedSeconds, reasons };
}

function pointOf(run: BackupRun, proof: PointProof | undefined): RecordedPoint | undefined {
  const { id, repository, method, kind, state, figures, finishedAt } = run;
  if (state !== 'succeeded' || figures === null || finishedAt === null) return undefined;
  const { restores, ...sizes } = figures;
  return {
    id,
    repository,
    method,
    kind: kind,
    // Everything committed before it began is in it, whatever was kept of it.
    consistentAt: restores?.consistentAt ?? run.startedAt,
    finishedAt,
    lastBusinessRowAt: restores?.lastBusinessRowAt ?? null,
    reachesUntil: run.reachesUntil,
    ...sizes,
    // Of a physical backup the repository's own files hold the database, and its figures say how large it is.
    databaseBytes: method === 'physical' ? (restores?.sourceBytes ?? sizes.databaseBytes) : sizes.databaseBytes,
    odooVersion: restores?.odooVersion,
    keys: restores?.keys,
    coverage: restores?.coverage,
    software: restores?.software,
    proof,
  };
}
