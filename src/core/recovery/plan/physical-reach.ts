import type { Fault } from '../../kernel/index.ts';
import { comesFrom, isSameLine, type LogLines, type LogPoint, lineAt } from '../log-lines.ts';
import type { BackupManifest } from '../manifest.ts';
import { isPhysical, type PhysicalManifest } from '../window.ts';

/** A physical backup that can be restored, by the id of its manifest. */
export interface ReachPoint extends LogPoint {
  readonly label: string;
}

/** A backup that has a manifest, and not what it is a manifest of. */
export interface LostBackup {
  readonly id: string;
  readonly why: string;
}

/** What physical backups and the archived log reach. */
export interface PhysicalReach {
  /** Oldest first; each can be recovered from its `stoppedAt` on. */
  readonly points: readonly ReachPoint[];
  /** The lines that the log has had. */
  readonly lines: LogLines;
  /** The last instant that the log reaches; `undefined` where nobody can say, because the source does not answer. */
  readonly reachesAt: Temporal.Instant | undefined;
  /** Those that bring nothing back. */
  readonly lost: readonly LostBackup[];
}

/** What pgBackRest's own repository was seen to hold, or why nobody could look. */
export type ArchiveSight =
  | {
      readonly kind: 'seen';
      readonly points: ReadonlyMap<string, LogPoint>;
      readonly histories: LogLines['histories'];
    }
  | { readonly kind: 'unseen'; readonly fault: Fault };

type SeenArchive = Extract<ArchiveSight, { kind: 'seen' }>;

/** The lines of everything in an archive: backups that no manifest names yet say too which line is in place. */
export function linesOf({ points, histories }: SeenArchive): LogLines {
  return { points: [...points.values()], histories };
}

/** Says which backup pgBackRest has no more of; `undefined` where it has it, or nobody could look. */
export function lostOf(manifest: BackupManifest, sight: ArchiveSight | undefined): LostBackup | undefined {
  if (!isPhysical(manifest) || sight?.kind !== 'seen' || sight.points.has(manifest.database.label)) return undefined;
  return { id: manifest.id, why: `pgBackRest's repository does not have ${manifest.database.label} (any more)` };
}

/** Where in the log a backup is, as far as its manifest says it. */
function pointOf({ startedAt, source: { systemIdentifier }, database }: PhysicalManifest): LogPoint {
  const { timeline, reachableFrom: stoppedAt } = database;
  return { systemIdentifier, timeline, startedAt, stoppedAt, stop: undefined };
}

/** The physical backups of an environment with their places in the log; `undefined` where there is none. */
export function physicalReach(
  manifests: readonly BackupManifest[],
  sight: ArchiveSight | undefined,
  reachesAt?: Temporal.Instant,
): PhysicalReach | undefined {
  const physical = manifests.filter(isPhysical);
  if (physical.length === 0) return undefined;
  const lost = physical.flatMap((each): readonly LostBackup[] => {
    // What cannot be looked into cannot be restored from either.
    const unseen =
      sight?.kind === 'unseen' ? { id: each.id, why: `${sight.fault.code}: ${sight.fault.message}` } : undefined;
    const found = unseen ?? lostOf(each, sight);
    return found === undefined ? [] : [found];
  });
  const gone = new Set(lost.map(({ id }) => id));
  const seen = sight?.kind === 'seen' ? sight : undefined;
  const points = physical
    .filter(({ id }) => !gone.has(id))
    .map((each) => ({ ...(seen?.points.get(each.database.label) ?? pointOf(each)), label: each.id }));
  const lines = seen === undefined ? { points, histories: [] } : linesOf(seen);
  return { points, lines, reachesAt, lost };
}

/** Whether a restore in place gave a backup up: what is in place now does not come from it. */
export function isGivenUp(point: LogPoint, lines: LogLines): boolean {
  const now = lineAt(lines);
  return now !== undefined && !isSameLine(now, point) && !comesFrom(now, point, lines.histories);
}

/** The physical backups that a restore in place gave up, by the ids of their manifests. */
export function givenUpBackups(
  manifests: readonly BackupManifest[],
  sight: ArchiveSight | undefined,
): ReadonlySet<string> {
  const reach = physicalReach(manifests, sight);
  if (reach === undefined) return new Set();
  return new Set(reach.points.filter((point) => isGivenUp(point, reach.lines)).map(({ label }) => label));
}
