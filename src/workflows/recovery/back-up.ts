import { formatBytes } from '../../core/kernel/index.ts';
import {
  type BackupFigures,
  type BackupManifest,
  type BackupProgress,
  restoreFactsOf,
} from '../../core/recovery/index.ts';
import type { Work } from './capture.ts';
import { captureLogical } from './capture-logical.ts';
import { capturePhysical } from './capture-physical.ts';
import { keepClaim } from './keep-claim.ts';
import { type BackUpDeps, type BackUpRequest, createMeter } from './parts.ts';
import { beginRecord, settleAbandoned } from './record-backup.ts';
import type { TaskOutcome } from './run-task.ts';

/** The figures of a published backup. */
export function figuresOf(manifest: BackupManifest): BackupFigures {
  const { database, source } = manifest;
  const dumped = database.method === 'logical' ? database.files.reduce((sum, { bytes }) => sum + bytes, 0) : undefined;
  return {
    databaseBytes: dumped ?? source.databaseBytes,
    filestoreFiles: manifest.filestore.files,
    filestoreBytes: manifest.filestore.bytes,
    missingFiles: manifest.filestore.missing.length,
    addedBytes: manifest.addedBytes,
    restores: restoreFactsOf(manifest),
  };
}

/** What a backup came to, for the task that ran it. */
export function outcomeOfBackup(manifest: BackupManifest): TaskOutcome<BackupManifest> {
  return { result: manifest, outcome: `${manifest.id} is listed: ${formatBytes(manifest.addedBytes)} were added.` };
}

type Wanted = NonNullable<BackUpRequest['wanted']>;
const dump: Wanted = { method: 'logical', kind: 'full' };

const capture = (work: Work, { method, kind }: Wanted): Promise<BackupManifest> =>
  method === 'physical' ? capturePhysical(work, kind) : captureLogical(work);

/**
 * Takes a backup of the consistent pair, by a dump or by pgBackRest, and publishes its signed manifest as the last act.
 * Until that is published there is no backup. Killed anywhere and run again with the same id, it is done once. Throws
 * BACKUP_UNDER_WAY while another writes.
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
    const wanted = request.wanted ?? dump;
    const recorder = await beginRecord({ ...deps, actor: request.actor }, { ...run, ...wanted, startedAt });
    const tell = (progress: BackupProgress): void => {
      recorder.progressed(progress);
      request.report(progress);
    };
    const signals = [kept.signal, ...(request.signal === undefined ? [] : [request.signal])];
    const signal = AbortSignal.any(signals);
    const work: Work = {
      ...deps,
      request,
      good,
      startedAt,
      signal,
      meter: createMeter(deps, tell),
    };
    try {
      const manifest = already ?? (await capture(work, wanted));
      await recorder.succeeded(figuresOf(manifest));
      return manifest;
    } catch (error) {
      const { signal: wish } = request;
      await (wish?.aborted === true ? recorder.cancelled(wish.reason) : recorder.failed(error));
      throw error;
    }
  } finally {
    await kept.stop();
    await claim.release();
  }
}
