import type { FilestoreMark } from './filestore-mark.ts';
import type { BackupManifest } from './manifest.ts';

/** Between which instants an environment can be restored from its physical backups. */
export interface ReachableWindow {
  readonly earliest: Temporal.Instant;
  /** Proven: the log was seen in the archive up to here, and every file of this instant is there. */
  readonly latest: Temporal.Instant;
}

/** A manifest whose database is pgBackRest's. */
export type PhysicalManifest = BackupManifest & { readonly database: { readonly method: 'physical' } };

/** Whether a backup is a physical one. */
export function isPhysical(manifest: BackupManifest): manifest is PhysicalManifest {
  return manifest.database.method === 'physical';
}

/** The window of an environment's physical backups, with what continues the newest; `undefined` where there is none. */
export function reachableWindow(
  manifests: readonly BackupManifest[],
  mark?: Pick<FilestoreMark, 'at'>,
): ReachableWindow | undefined {
  const physical = manifests.filter(isPhysical);
  const [first] = physical.map(({ database }) => database.reachableFrom).toSorted(Temporal.Instant.compare);
  const last = [...physical.map(({ consistentAt }) => consistentAt), ...(mark === undefined ? [] : [mark.at])]
    .toSorted(Temporal.Instant.compare)
    .at(-1);
  return first === undefined || last === undefined ? undefined : { earliest: first, latest: last };
}

/** The backup to restore to an instant from: the newest physical one that was whole by then. */
export function physicalFor(manifests: readonly BackupManifest[], at: Temporal.Instant): PhysicalManifest | undefined {
  return manifests
    .filter(isPhysical)
    .filter(({ database }) => Temporal.Instant.compare(database.reachableFrom, at) <= 0)
    .toSorted((a, b) => Temporal.Instant.compare(a.database.reachableFrom, b.database.reachableFrom))
    .at(-1);
}
