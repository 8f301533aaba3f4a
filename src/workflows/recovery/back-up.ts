import {
  type BackupFigures,
  type BackupManifest,
  type BackupProgress,
  coverageOf,
  restoreFactsOf,
} from '../../core/recovery/index.ts';
import type { SignedManifest } from '../../ports/backup-repository.ts';
import type { SourceSnapshot } from '../../ports/backup-source.ts';
import type { Clock } from '../../ports/clock.ts';
import { type BackUpDeps, type BackUpRequest, createMeter, type Meter } from './parts.ts';
import { beginRecord, settleAbandoned } from './record-backup.ts';
import { storeContent, storedFile } from './store-content.ts';
import { storeDump } from './store-dump.ts';
import { type FilestoreSync, openFilestoreSync } from './sync-filestore.ts';

/** Bulk passes before the lock: each copies what came while the one before was at work. */
const mostPasses = 3;
const fewFiles = 64;
const renewEverySeconds = 20;

/** The figures of a published backup. */
export function figuresOf(manifest: BackupManifest): BackupFigures {
  const files = manifest.database.method === 'logical' ? manifest.database.files : [];
  return {
    databaseBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    filestoreFiles: manifest.filestore.files,
    filestoreBytes: manifest.filestore.bytes,
    missingFiles: manifest.filestore.missing.length,
    addedBytes: manifest.addedBytes,
    restores: restoreFactsOf(manifest),
  };
}

/** Aborts with the reason when the claim is lost: another writes now, or the repository is away. */
function keepClaim(claim: { renew(): Promise<void> }, clock: Clock) {
  const lost = new AbortController();
  const ended = new AbortController();
  const renewing = (async () => {
    while (!ended.signal.aborted) {
      await clock.sleep(renewEverySeconds, ended.signal).catch(() => {});
      if (!ended.signal.aborted) await claim.renew();
    }
  })().catch((error: unknown) => lost.abort(error));
  return {
    signal: lost.signal,
    stop: async (): Promise<void> => {
      ended.abort();
      await renewing;
    },
  };
}

interface Work extends BackUpDeps {
  readonly request: BackUpRequest;
  readonly previous: SignedManifest | undefined;
  readonly startedAt: Temporal.Instant;
  readonly signal: AbortSignal;
  readonly meter: Meter;
}

/** Bulk passes until little is left, without any lock. */
async function syncInBulk(work: Work): Promise<FilestoreSync> {
  const { source, repository, signal, meter, previous } = work;
  meter.enter('filestore');
  const sync = await openFilestoreSync(
    { source, repository, signal, onBytes: (bytes) => meter.add(bytes) },
    previous?.manifest.filestore,
  );
  for (let pass = 1; pass <= mostPasses; pass += 1) {
    const copied = await sync.bulk((_files, bytes) => meter.expect(bytes));
    if (copied <= fewFiles) break;
  }
  return sync;
}

/** Under the lock: the snapshot, and the files it names that the sync has missed. */
async function takeSnapshot(work: Work, sync: FilestoreSync): Promise<SourceSnapshot> {
  work.meter.enter('snapshot');
  const snapshot = await work.source.openSnapshot({ signal: work.signal });
  try {
    await sync.copy(snapshot.attachmentFiles);
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

async function capture(work: Work): Promise<BackupManifest> {
  const { request, repository, startedAt, clock, meter } = work;
  const sync = await syncInBulk(work);
  const snapshot = await takeSnapshot(work, sync);
  try {
    const facts = await snapshot.describe({ signal: work.signal });
    const dump = await storeDump(work, snapshot, facts, work.previous?.manifest);
    meter.enter('publish');
    const { set, pieces } = await sync.finish(snapshot.attachmentFiles);
    const { around, configuration, addedBytes } = await storeSurroundings(work);
    const manifest: BackupManifest = {
      format: 1,
      id: request.id,
      estate: request.estate,
      environment: request.environment,
      startedAt,
      consistentAt: snapshot.consistentAt,
      finishedAt: clock.now(),
      source: facts.source,
      odoo: facts.odoo,
      database: { method: 'logical', files: dump.files },
      filestore: set,
      configuration,
      software: around.software,
      rowCounts: facts.rowCounts,
      lastBusinessRowAt: facts.lastBusinessRowAt,
      coverage: coverageOf({
        tables: dump.tables,
        filestoreFiles: set.files,
        missingFiles: set.missing.length,
        estateDocuments: around.estateDocuments,
        configurationFiles: configuration.length - around.estateDocuments,
        build: around.build,
        modules: facts.odoo.modules.length,
        foreignModules: facts.foreignModules,
        integrations: around.integrations,
        keys: repository.sealedTo.length,
      }),
      sealedTo: repository.sealedTo,
      addedBytes: sync.addedBytes() + dump.addedBytes + addedBytes,
      writtenBy: request.writer,
    };
    work.signal.throwIfAborted();
    await repository.publish(manifest, pieces);
    return manifest;
  } finally {
    await snapshot.close();
  }
}

/** What the repository knows the filestore from. */
function newestOf(good: readonly SignedManifest[]): SignedManifest | undefined {
  return good.filter(({ manifest }) => manifest.database.method === 'logical').at(-1);
}

/**
 * Takes a logical backup of the consistent pair: files first without a lock, then the snapshot and the files that were
 * missed under it, then the dump on the snapshot, and last the signed manifest. Until that is published there is no backup.
 * Killed anywhere and run again with the same id, it is done once. Throws BACKUP_UNDER_WAY while another writes.
 */
export async function backUp(deps: BackUpDeps, request: BackUpRequest): Promise<BackupManifest> {
  const { repository, clock } = deps;
  await deps.spool.sweep();
  const claim = await repository.beginWriting(request.environment, request.writer);
  const kept = keepClaim(claim, clock);
  try {
    const { good } = await repository.list(request.environment);
    const run = { id: request.id, environment: request.environment, repository: repository.name };
    const published = new Map(good.map(({ manifest }) => [manifest.id, figuresOf(manifest)]));
    await settleAbandoned({ ...deps, actor: request.actor }, run, published);
    const already = good.find(({ manifest }) => manifest.id === request.id)?.manifest;
    const startedAt = clock.now();
    const recorder = await beginRecord({ ...deps, actor: request.actor }, { ...run, startedAt });
    const tell = (progress: BackupProgress): void => {
      recorder.progressed(progress);
      request.report(progress);
    };
    const signals = [kept.signal, ...(request.signal === undefined ? [] : [request.signal])];
    const signal = AbortSignal.any(signals);
    const work: Work = {
      ...deps,
      request,
      previous: newestOf(good),
      startedAt,
      signal,
      meter: createMeter(deps, tell),
    };
    try {
      const manifest = already ?? (await capture(work));
      await recorder.succeeded(figuresOf(manifest));
      return manifest;
    } catch (error) {
      await recorder.failed(error);
      throw error;
    }
  } finally {
    await kept.stop();
    await claim.release();
  }
}
