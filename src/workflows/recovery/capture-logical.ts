import type { BackupManifest } from '../../core/recovery/index.ts';
import { openSync, publishCaptured, syncInBulk, takeSnapshot, type Work } from './capture.ts';
import { storeDump } from './store-dump.ts';

/**
 * A dump with its files: files first without a lock, then the snapshot and the files that were missed under it, then the
 * dump on the snapshot.
 */
export async function captureLogical(work: Work): Promise<BackupManifest> {
  const previous = work.good.findLast(({ manifest }) => manifest.database.method === 'logical');
  const sync = await openSync(work, previous ?? work.good.at(-1));
  await syncInBulk(work, sync);
  const snapshot = await takeSnapshot(work, ({ attachmentFiles }) => sync.copy(attachmentFiles));
  try {
    const facts = await snapshot.describe({ signal: work.signal });
    const dump = await storeDump(work, snapshot, facts, previous?.manifest);
    work.meter.enter('publish');
    const { set, pieces } = await sync.finish(snapshot.attachmentFiles);
    return await publishCaptured(work, {
      consistentAt: snapshot.consistentAt,
      facts,
      database: { method: 'logical', files: dump.files },
      databaseIn: dump.tables === 0 ? undefined : `the dump of ${dump.tables} tables`,
      filestore: set,
      filestorePieces: pieces,
      addedBytes: sync.addedBytes() + dump.addedBytes,
    });
  } finally {
    await snapshot.close();
  }
}
