import {
  type ArchiveSight,
  type BackupManifest,
  type FilestoreSet,
  isPhysical,
  lineAt,
  linesOf,
} from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';

/** Where the files of an instant are. */
export interface InstantFiles {
  readonly at: Temporal.Instant;
  /** The history that the instant was seen in; `undefined` leaves it to the newest one. */
  readonly timeline: number | undefined;
  /** Read together: a file is in one of them. */
  readonly sets: readonly FilestoreSet[];
  /**
   * Up to this instant files were kept. Files that came after it are not there; of those before, only such as came and were
   * collected by Odoo again between two looks may be missing.
   */
  readonly keptTo: Temporal.Instant;
}

const later = (a: Temporal.Instant, b: Temporal.Instant): boolean => Temporal.Instant.compare(a, b) > 0;

/** The sets that hold the files of an instant: the backup's own, what continues it, and the next backup's where that is later. */
export async function filesFor(
  repository: Pick<BackupRepository, 'list' | 'readMark'>,
  manifest: BackupManifest,
  at: Temporal.Instant | undefined,
): Promise<InstantFiles> {
  const timeline = isPhysical(manifest) ? manifest.database.timeline : undefined;
  const own = { at: at ?? manifest.consistentAt, timeline, sets: [manifest.filestore], keptTo: manifest.consistentAt };
  if (!isPhysical(manifest) || !later(own.at, manifest.consistentAt)) return own;
  const mark = await repository.readMark(manifest.environment, manifest.id);
  const known = [
    ...(mark === undefined ? [] : [{ at: mark.at, set: mark.filestore }]),
    ...(await repository.list(manifest.environment)).good
      .map(({ manifest: each }) => ({ at: each.consistentAt, set: each.filestore }))
      .filter((each) => later(each.at, manifest.consistentAt)),
  ].toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
  // Those before the instant, and the first that is not: what came between the two is in the latter.
  const beyond = known.findIndex((each) => !later(own.at, each.at));
  const used = beyond === -1 ? known : known.slice(0, beyond + 1);
  return {
    at: own.at,
    timeline: mark?.at.equals(own.at) === true ? mark.timeline : undefined,
    sets: [manifest.filestore, ...used.map(({ set }) => set)],
    keptTo: used.at(-1)?.at ?? manifest.consistentAt,
  };
}

/** The last instant that a backup is known to come back to with its files: where it is drilled. */
export async function lastInstant(
  repository: Pick<BackupRepository, 'readMark'>,
  manifest: BackupManifest,
  sight?: ArchiveSight | undefined,
): Promise<Temporal.Instant> {
  if (!isPhysical(manifest)) return manifest.consistentAt;
  const mark = await repository.readMark(manifest.environment, manifest.id);
  const now = sight?.kind === 'seen' ? lineAt(linesOf(sight)) : undefined;
  // What a restore in place gave up is not what would come back now.
  const counts = mark !== undefined && (now === undefined || now.timeline === mark.timeline);
  return counts ? mark.at : manifest.consistentAt;
}
