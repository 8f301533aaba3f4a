import { randomBytes } from 'node:crypto';
import { Fault, type Secret } from '../../core/kernel/index.ts';
import {
  type BackupKind,
  type BackupManifest,
  followWal,
  formatPassphrase,
  isGivenUp,
  linesOf,
} from '../../core/recovery/index.ts';
import type { PhysicalMark, PhysicalRestorePoint } from '../../ports/physical-backup.ts';
import { openSync, publishCaptured, syncInBulk, takeSnapshot, type Work } from './capture.ts';
import { sightOf } from './look-into-archive.ts';
import type { PhysicalSource } from './parts.ts';
import { storeAttachments } from './store-attachments.ts';
import { storeContent, storedFile } from './store-content.ts';

/** One that a killed run, or the bring-up, took and nobody published: taken over while it is so young. */
const adoptWithinSeconds = 86_400;

/** The newest backup of the cluster where no manifest names it yet and it will do. */
function unlisted(
  work: Work,
  sight: Awaited<ReturnType<typeof sightOf>>,
  kind: BackupKind,
): PhysicalRestorePoint | undefined {
  const newest = [...sight.points.values()].at(-1);
  if (newest === undefined || (kind === 'full' && newest.kind !== 'full')) return undefined;
  const isListed = work.good.some(
    ({ manifest: { database } }) => database.method === 'physical' && database.label === newest.label,
  );
  // What a restore in place gave up is no backup of what is there now.
  if (isGivenUp(newest, linesOf(sight))) return undefined;
  const age = work.startedAt.since(newest.stoppedAt).total('seconds');
  return isListed || age > adoptWithinSeconds ? undefined : newest;
}

async function takeCluster(work: Work, { backups }: PhysicalSource, kind: BackupKind): Promise<PhysicalRestorePoint> {
  const { meter, signal } = work;
  const sight = await sightOf(backups, { signal });
  const points = [...sight.points.values()];
  const adopted = unlisted(work, sight, kind);
  if (adopted !== undefined) return adopted;
  // Nothing at all is there: it was moved or deleted, or is new. What archives the log needs it, too.
  if (points.length === 0) await backups.prepare({ signal });
  const totalBytes = points.at(-1)?.databaseBytes ?? null;
  meter.enter('cluster', totalBytes);
  return backups.take(kind, {
    waitSeconds: work.request.waitSeconds,
    report: ({ ratio }) => meter.set(totalBytes === null ? 0 : Math.round(ratio * totalBytes), totalBytes),
    signal,
  });
}

/** Waits until the log reaches beyond the pair's instant, and proves that none of it is missing. */
async function archiveLog(work: Work, { backups }: PhysicalSource, walStart: string): Promise<PhysicalMark> {
  const { meter, signal } = work;
  meter.enter('log');
  const mark = await backups.mark({ signal });
  const chain = followWal(walStart, await backups.segments({ signal }));
  const [gap] = chain.gaps;
  if (gap === undefined && chain.reaches !== undefined && chain.reaches.slice(8) >= mark.segment.slice(8)) return mark;
  const what = gap === undefined ? `it ends before ${mark.segment}` : `${gap.first} is missing`;
  throw new Fault('BACKUP_FAILED', `The archived log does not reach the instant of the files: ${what}.`);
}

/** The backup must be of the cluster whose files these are: a configuration may name another. */
function requireSameCluster(point: PhysicalRestorePoint, systemIdentifier: string): void {
  // Where the role may not ask, the source says so in a word.
  if (!/^\d+$/.test(systemIdentifier) || systemIdentifier === point.systemIdentifier) return;
  const message = `${point.label} is of the cluster ${point.systemIdentifier}, and the database is in ${systemIdentifier}.`;
  throw new Fault('BACKUP_FAILED', message);
}

async function storePassphrase(work: Work, passphrase: Secret) {
  // With a salt, so that the name of the content, which is its hash, says nothing about a passphrase that people chose.
  const content = new TextEncoder().encode(formatPassphrase(passphrase.reveal(), randomBytes(16).toString('hex')));
  return storeContent(work.repository, [content], { signal: work.signal });
}

/**
 * The cluster by pgBackRest, and the files of an instant that it can be restored to. Files first without a lock, then the
 * cluster, then the files that came meanwhile; then, with Odoo's collection of files kept out, an instant is chosen and
 * every file there is copied: those that the database names at that instant are among them, also those of transactions
 * that were just being committed, for Odoo writes a file before its row. Last the log is archived beyond that instant.
 */
export async function capturePhysical(work: Work, kind: BackupKind): Promise<BackupManifest> {
  const { physical } = work;
  if (physical === undefined) {
    const message = `The log of ${work.request.environment} is not archived on this machine: only a dump can be taken.`;
    throw new Fault('PHYSICAL_UNAVAILABLE', message);
  }
  const sync = await openSync(work, work.good.at(-1));
  await syncInBulk(work, sync);
  const point = await takeCluster(work, physical, kind);
  await syncInBulk(work, sync);
  const present: string[] = [];
  const snapshot = await takeSnapshot(work, async ({ attachmentFiles }) => {
    await sync.copy(attachmentFiles);
    for await (const name of work.source.listNames()) present.push(name);
    await sync.copy(present);
  });
  try {
    const facts = await snapshot.describe({ signal: work.signal });
    requireSameCluster(point, facts.source.systemIdentifier);
    const attachments = await storeAttachments(work.repository, snapshot, { signal: work.signal });
    const mark = await archiveLog(work, physical, point.walStart);
    work.meter.enter('publish');
    const { set, pieces } = await sync.finish(snapshot.attachmentFiles, [...sync.seen, ...present]);
    const passphrase = await storePassphrase(work, physical.passphrase);
    const { label, needs, walStart } = point;
    return await publishCaptured(work, {
      consistentAt: snapshot.consistentAt,
      facts,
      database: {
        method: 'physical',
        kind: point.kind,
        stanza: physical.backups.stanza,
        label,
        needs,
        walStart,
        walStop: mark.segment,
        timeline: mark.timeline,
        reachableFrom: point.stoppedAt,
        place: physical.place,
        passphrase: storedFile('pgbackrest.json', passphrase),
        attachments: attachments.file,
      },
      databaseIn: `${label} of the cluster, with its log from ${walStart} to ${mark.segment}`,
      filestore: set,
      filestorePieces: pieces,
      addedBytes: sync.addedBytes() + passphrase.addedBytes + attachments.addedBytes + point.addedBytes,
    });
  } finally {
    await snapshot.close();
  }
}
