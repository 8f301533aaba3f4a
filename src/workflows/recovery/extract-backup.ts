import { Fault, type Refusal } from '../../core/kernel/index.ts';
import {
  type BackupManifest,
  choosePoint,
  isPhysical,
  type PhysicalManifest,
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
import { openArchiveOf } from './open-archive.ts';
import { fetchDump, restoreFilestore } from './read-content.ts';

export interface ExtractDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly repository: BackupRepository;
  readonly openArchive: OpenArchive;
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

/** The backup to take out for a wanted instant, or why there is none (RST-05). */
async function chooseFor({ repository, clock }: ExtractDeps, request: ExtractRequest): Promise<string | Refusal> {
  const manifests = (await repository.list(request.environment)).good.map(({ manifest }) => manifest);
  const points = manifests
    .filter(isPhysical)
    .map(({ id, database }) => ({ label: id, stoppedAt: database.reachableFrom }));
  const chosen = choosePoint(
    { at: request.at, backup: request.backup, acceptLossSeconds: request.acceptLossSeconds },
    {
      now: clock.now(),
      logical: manifests.filter((each) => !isPhysical(each)).map(({ id, consistentAt }) => ({ id, consistentAt })),
      physical: points.length === 0 ? undefined : { points, reachesAt: undefined },
      unarchivedSeconds: restoreAssumptions.archiveTimeoutSeconds,
    },
  );
  return chosen.kind === 'refused' ? chosen : chosen.id;
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
 * records, no running Plimsoll. Throws where the database is not whole: without it there is nothing.
 */
export async function extractBackup(
  deps: ExtractDeps,
  request: ExtractRequest,
  open: OpenExtraction,
  options: RecoveryOptions,
): Promise<Extracted | Refusal> {
  const { repository } = deps;
  const wanted = request.at === undefined ? request.backup : await chooseFor(deps, request);
  if (typeof wanted === 'object') return wanted;
  const chosen = await chooseBackup(repository, request.environment, wanted);
  if ('bad' in chosen) throw new Fault('MANIFEST_UNTRUSTED', `${chosen.id}: ${chosen.bad}`);
  const { manifest } = chosen;
  const place = await open(manifest.database.method);
  const at = isPhysical(manifest) ? request.at : manifest.consistentAt;
  const files = await filesFor(repository, manifest, at ?? deps.clock.now());
  await fetchDump(repository, manifest, place, options);
  const instant = at === undefined ? { toTheEnd: true } : { at, timeline: files.timeline };
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
