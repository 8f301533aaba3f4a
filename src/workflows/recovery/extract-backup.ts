import { Fault, type Refusal } from '../../core/kernel/index.ts';
import {
  type ArchiveSight,
  type BackupManifest,
  choosePoint,
  givenUpBackups,
  givenUpRefusal,
  isLogicalGivenUp,
  isPhysical,
  logicalPoints,
  lostOf,
  type PhysicalManifest,
  physicalReach,
  type RestoreInPlace,
  restoreAssumptions,
  sha1OfName,
} from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ExtractedCluster, Extraction, OpenExtraction } from '../../ports/extraction.ts';
import type { OpenArchive } from '../../ports/physical-backup.ts';
import { chooseBackup } from './choose-backup.ts';
import { filesFor } from './choose-files.ts';
import type { RecoveryOptions } from './dependencies.ts';
import { explainArchive, fillTargetOf } from './fill-place.ts';
import { lookIntoArchive } from './look-into-archive.ts';
import { openArchiveOf } from './open-archive.ts';
import { fetchDump, restoreFilestore } from './read-content.ts';

export interface ExtractDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly repository: BackupRepository;
  readonly openArchive: OpenArchive;
  /** Restores in place that are known: none where nothing is left but the repository. */
  readonly restores?: (environment: string) => Promise<readonly RestoreInPlace[]>;
}

export interface ExtractRequest {
  readonly environment: string;
  /** The newest one that fits where it is absent. */
  readonly backup: string | undefined;
  /** As near to the end of what there is as can be where it is absent. */
  readonly at: Temporal.Instant | undefined;
  readonly acceptLossSeconds?: number | undefined;
}

/** What was taken out of a repository. */
export interface Extracted {
  readonly kind: 'extracted';
  readonly manifest: BackupManifest;
  /** The instant that it is of; `undefined` for the end of the archived log, wherever that is. */
  readonly at: Temporal.Instant | undefined;
  /** Up to here every file is there that the database names. */
  readonly filesUntil: Temporal.Instant;
  /** Of a physical backup: it waits to be started. */
  readonly cluster: ExtractedCluster | undefined;
  readonly files: number;
  /** Filestore objects that could not be read, or hold another content than their names say. */
  readonly damaged: readonly string[];
}

interface Choice {
  readonly manifest: BackupManifest;
  /** Of a physical backup: the line of the log that leads to the wanted instant, or to its end. */
  readonly timeline: number | undefined;
}

/** The cluster of a backup must be there before a directory is made for it. */
function requireCluster(manifest: BackupManifest, sight: ArchiveSight | undefined): void {
  if (!isPhysical(manifest)) return;
  if (sight?.kind === 'unseen') throw sight.fault;
  const lost = lostOf(manifest, sight);
  if (lost !== undefined) throw new Fault('CONTENT_MISSING', `${lost.id} is not to be restored: ${lost.why}.`);
}

/** The backup to take out, of the wanted instant or the newest; or why there is none (RST-05). */
async function choose(
  deps: ExtractDeps,
  { environment, backup, at, acceptLossSeconds }: ExtractRequest,
  signal: AbortSignal | undefined,
): Promise<Choice | Refusal> {
  const { repository, clock } = deps;
  const manifests = (await repository.list(environment)).good.map(({ manifest }) => manifest);
  const sight = await lookIntoArchive(deps, manifests, { signal });
  const restores = (await deps.restores?.(environment)) ?? [];
  const view = {
    restores,
    now: clock.now(),
    logical: logicalPoints(manifests),
    physical: physicalReach(manifests, sight),
    // Nobody is asked: this works where nothing is left but the repository.
    systemIdentifier: undefined,
    unarchivedSeconds: restoreAssumptions.archiveTimeoutSeconds,
  };
  const take = async (wanted: string | undefined): Promise<BackupManifest> => {
    const chosen = await chooseBackup(repository, environment, wanted, givenUpBackups(manifests, sight));
    if ('bad' in chosen) throw new Fault('MANIFEST_UNTRUSTED', `${chosen.id}: ${chosen.bad}`);
    requireCluster(chosen.manifest, sight);
    return chosen.manifest;
  };
  const newest = at === undefined ? await take(backup) : undefined;
  const dump = backup === undefined ? view.logical.find(({ id }) => id === newest?.id) : undefined;
  if (dump !== undefined && isLogicalGivenUp(dump, view)) return givenUpRefusal(dump);
  const point = choosePoint({ at, backup: newest?.id ?? backup, acceptLossSeconds }, view);
  if (point.kind === 'refused') return point;
  return { manifest: newest ?? (await take(point.id)), timeline: point.timeline };
}

async function takeDatabase(
  deps: ExtractDeps,
  manifest: PhysicalManifest,
  place: Extraction,
  options: RecoveryOptions & Parameters<typeof fillTargetOf>[1],
): Promise<ExtractedCluster> {
  const { signal, report } = options;
  const totalBytes = manifest.source.databaseBytes;
  // Kept beside the cluster, which fetches its log with it when it is started.
  const archive = await openArchiveOf(deps, manifest, { directory: `${place.directory}/archive`, signal });
  try {
    return await place.takeCluster((dataDirectory) =>
      archive.fill(
        { ...fillTargetOf(manifest, options), dataDirectory },
        {
          report: ({ ratio, detail }) =>
            report({ phase: 'fetch', detail, doneBytes: Math.round(ratio * totalBytes), totalBytes }),
          signal,
        },
      ),
    );
  } catch (error) {
    signal?.throwIfAborted();
    throw await explainArchive(archive, manifest, error);
  }
}

/**
 * Takes a backup out of the repository into a directory, every piece proved: a dump as it is, or a cluster that recovers to
 * the wanted instant when it is started; and the filestore. Needs the repository and its key, and nothing else: no estate, no
 * records, no running Plimsoll. Throws where the database is not whole: without it there is nothing, and nothing of it stays.
 */
export async function extractBackup(
  deps: ExtractDeps,
  request: ExtractRequest,
  open: OpenExtraction,
  options: RecoveryOptions,
): Promise<Extracted | Refusal> {
  const chosen = await choose(deps, request, options.signal);
  if ('kind' in chosen) return chosen;
  const place = await open(chosen.manifest.database.method);
  try {
    return await takeOut(deps, request, chosen, place, options);
  } catch (error) {
    // Why nothing came out is what people must hear; a directory that could not be taken away is named to the next try.
    await place.remove().catch(() => undefined);
    throw error;
  }
}

async function takeOut(
  deps: ExtractDeps,
  request: ExtractRequest,
  { manifest, timeline }: Choice,
  place: Extraction,
  options: RecoveryOptions,
): Promise<Extracted> {
  const { repository } = deps;
  const at = isPhysical(manifest) ? request.at : manifest.consistentAt;
  const files = await filesFor(repository, manifest, at ?? deps.clock.now());
  await fetchDump(repository, manifest, place, options);
  const instant = at === undefined ? { toTheEnd: true, timeline } : { at, timeline: timeline ?? files.timeline };
  const cluster = isPhysical(manifest)
    ? await takeDatabase(deps, manifest, place, { ...options, ...instant })
    : undefined;
  const restored = await restoreFilestore(repository, files.sets, place, options);
  const damaged = restored.flatMap((file) => {
    if ('fault' in file) return [`${file.file}: ${file.fault}`];
    return file.sha1 === sha1OfName(file.file) ? [] : [`${file.file}: its content is ${file.sha1}`];
  });
  return { kind: 'extracted', manifest, at, filesUntil: files.keptTo, cluster, files: restored.length, damaged };
}
