import { type BackupManifest, coverageOf, type FilestoreSet } from '../../core/recovery/index.ts';
import type { SignedManifest } from '../../ports/backup-repository.ts';
import type { SnapshotFacts, SourceSnapshot } from '../../ports/backup-source.ts';
import type { BackUpDeps, BackUpRequest, Meter } from './parts.ts';
import { storeContent, storedFile } from './store-content.ts';
import { type FilestoreSync, knownLines, openFilestoreSync } from './sync-filestore.ts';

/** Bulk passes before the lock: each copies what came while the one before was at work. */
const mostPasses = 3;
const fewFiles = 64;

/** A backup that is being taken. */
export interface Work extends BackUpDeps {
  readonly request: BackUpRequest;
  /** The good ones that the repository lists, oldest first. */
  readonly good: readonly SignedManifest[];
  readonly startedAt: Temporal.Instant;
  readonly signal: AbortSignal;
  readonly meter: Meter;
}

/** Copies without any lock what is not known yet, until little is left. */
export async function syncInBulk(work: Work, sync: FilestoreSync): Promise<void> {
  work.meter.enter('filestore');
  for (let pass = 1; pass <= mostPasses; pass += 1) {
    const copied = await sync.bulk((_files, bytes) => work.meter.expect(bytes));
    if (copied <= fewFiles) break;
  }
}

/** A sync that knows what the last backup of the same method has. */
export async function openSync(work: Work, previous: SignedManifest | undefined): Promise<FilestoreSync> {
  const { source, repository, signal, meter } = work;
  const parts = { source, repository, signal, onBytes: (bytes: number) => meter.add(bytes) };
  return openFilestoreSync(parts, await knownLines(parts, previous?.manifest.filestore));
}

/** The snapshot, and under its lock what must be copied of the files. The lock is given up; the snapshot is held. */
export async function takeSnapshot(
  work: Work,
  copy: (snapshot: SourceSnapshot) => Promise<void>,
): Promise<SourceSnapshot> {
  work.meter.enter('snapshot');
  const snapshot = await work.source.openSnapshot({ signal: work.signal });
  try {
    await copy(snapshot);
    await snapshot.releaseLock();
    return snapshot;
  } catch (error) {
    await snapshot.close();
    throw error;
  }
}

async function storeSurroundings(work: Work) {
  const around = await work.surroundings();
  let addedBytes = 0;
  const configuration = [];
  for (const { path, content } of around.configuration) {
    const stored = await storeContent(work.repository, [content], { signal: work.signal });
    addedBytes += stored.addedBytes;
    configuration.push(storedFile(path, stored));
  }
  return { around, configuration, addedBytes };
}

/** What the two methods come to differently. */
export interface Captured {
  readonly consistentAt: Temporal.Instant;
  readonly facts: SnapshotFacts;
  readonly database: BackupManifest['database'];
  /** In words, for the coverage. */
  readonly databaseIn: string | undefined;
  readonly filestore: FilestoreSet;
  readonly filestorePieces: Iterable<string>;
  readonly addedBytes: number;
}

/** Puts the surroundings in as well and publishes the manifest: with it, there is a backup. */
export async function publishCaptured(work: Work, captured: Captured): Promise<BackupManifest> {
  const { request, repository, startedAt, clock } = work;
  const { facts, filestore } = captured;
  const { around, configuration, addedBytes } = await storeSurroundings(work);
  const manifest: BackupManifest = {
    format: 1,
    id: request.id,
    estate: request.estate,
    environment: request.environment,
    startedAt,
    consistentAt: captured.consistentAt,
    finishedAt: clock.now(),
    source: facts.source,
    odoo: facts.odoo,
    database: captured.database,
    filestore,
    configuration,
    integrations: around.integrations,
    software: around.software,
    addons: around.addons,
    rowCounts: facts.rowCounts,
    lastBusinessRowAt: facts.lastBusinessRowAt,
    coverage: coverageOf({
      databaseIn: captured.databaseIn,
      filestoreFiles: filestore.files,
      missingFiles: filestore.missing.length,
      estateDocuments: around.estateDocuments,
      configurationFiles: configuration.length - around.estateDocuments,
      build: around.build,
      modules: facts.odoo.modules.length,
      foreignModules: facts.foreignModules,
      addons: around.addons,
      integrations: { declared: around.declaredIntegrations, named: around.integrations },
      keys: repository.sealedTo.length,
    }),
    sealedTo: repository.sealedTo,
    addedBytes: captured.addedBytes + addedBytes,
    writtenBy: request.writer,
    ...(request.isBeforeRestore === true ? { beforeRestore: true } : {}),
  };
  work.signal.throwIfAborted();
  await repository.publish(manifest, captured.filestorePieces);
  return manifest;
}
