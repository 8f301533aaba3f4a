import { Fault } from '../../core/kernel/index.ts';
import {
  type FilestoreMark,
  followWal,
  givenUpBackups,
  isPhysical,
  type PhysicalManifest,
  sha1OfName,
} from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { BackupSource } from '../../ports/backup-source.ts';
import type { Clock } from '../../ports/clock.ts';
import { keepClaim } from './keep-claim.ts';
import { sightOf } from './look-into-archive.ts';
import type { PhysicalSource } from './parts.ts';
import { storeAttachments } from './store-attachments.ts';
import { indexLines, openFilestoreSync } from './sync-filestore.ts';

export interface MarkDeps {
  readonly clock: Clock;
  readonly source: BackupSource;
  readonly repository: BackupRepository;
  readonly physical: PhysicalSource;
}

export interface MarkRequest {
  readonly environment: string;
  /** Who writes, for the repository's claim. */
  readonly writer: string;
  readonly signal?: AbortSignal | undefined;
}

const mostPasses = 3;
const fewFiles = 64;

/**
 * Copies what is new, and answers the names of the files that some instant under the lock had, that instant, and whom those
 * belong to that are new since the backup.
 */
async function copyFiles(
  { source, repository }: MarkDeps,
  sync: ReturnType<typeof openFilestoreSync>,
  { isNew, signal }: { readonly isNew: (name: string) => boolean; readonly signal: AbortSignal },
) {
  for (let pass = 1; pass <= mostPasses; pass += 1) if ((await sync.bulk(() => {})) <= fewFiles) break;
  const snapshot = await source.openSnapshot({ signal });
  try {
    const present: string[] = [];
    await sync.copy(snapshot.attachmentFiles);
    for await (const name of source.listNames()) present.push(name);
    await sync.copy(present);
    await snapshot.releaseLock();
    const named = snapshot.attachmentFiles.filter(isNew);
    const attachments = await storeAttachments(repository, snapshot, { files: named, signal });
    const others = [...sync.seen, ...present].filter(isNew);
    return { at: snapshot.consistentAt, named, others, attachments: attachments.file };
  } finally {
    await snapshot.close();
  }
}

async function requireChain({ physical }: MarkDeps, { id, database }: PhysicalManifest, signal: AbortSignal) {
  const [gap] = followWal(database.walStart, await physical.backups.segments({ signal })).gaps;
  if (gap === undefined) return;
  const message = `The log of ${id} lacks ${gap.first}: no later instant can be reached from it. Take another backup.`;
  throw new Fault('BACKUP_FAILED', message, { details: { gap: gap.first, backup: id } });
}

/** The backup to continue: not one that a restore in place gave up, for the log that is written now does not come from it. */
async function baseOf(
  { physical: { backups } }: MarkDeps,
  all: readonly PhysicalManifest[],
  signal: AbortSignal | undefined,
): Promise<PhysicalManifest | undefined> {
  const newest = all.at(-1);
  if (newest === undefined) return undefined;
  const givenUp = givenUpBackups(all, await sightOf(backups, { signal }));
  const base = all.findLast(({ id }) => !givenUp.has(id));
  if (base !== undefined) return base;
  const message = `A restore in place gave up ${newest.id}: what is in place now does not come from it. Take another backup.`;
  throw new Fault('BACKUP_FAILED', message, { details: { gap: 'given up', backup: newest.id } });
}

async function mark(deps: MarkDeps, base: PhysicalManifest, signal: AbortSignal): Promise<FilestoreMark> {
  const { repository, source, physical } = deps;
  const { environment, id } = base;
  const before = await indexLines(repository, base.filestore, signal);
  const last = await repository.readMark(environment, id);
  const since = last === undefined ? new Map<string, string>() : await indexLines(repository, last.filestore, signal);
  const parts = { source, repository, signal, onBytes: () => {} };
  const sync = openFilestoreSync(parts, new Map([...before, ...since]));
  const isNew = (name: string): boolean => !before.has(sha1OfName(name) ?? '');
  const { at, named, others, attachments } = await copyFiles(deps, sync, { isNew, signal });
  const { segment, timeline } = await physical.backups.mark({ signal });
  await requireChain(deps, base, signal);
  // What the last mark had stays, although its attachments may be gone: an instant between may name them still.
  const kept = [...since.keys()].map((sha1) => `${sha1.slice(0, 2)}/${sha1}`);
  const { set, pieces } = await sync.finish(named, [...others, ...kept]);
  const made: FilestoreMark = {
    format: 1,
    environment,
    backup: id,
    at,
    segment,
    timeline,
    filestore: set,
    attachments,
  };
  signal.throwIfAborted();
  await repository.publishMark(made, pieces);
  return made;
}

/**
 * Makes the present instant one that the newest physical backup can be restored to, with its files: copies those that came
 * since and archives the log. Answers `undefined` where there is no physical backup to continue. Throws BACKUP_UNDER_WAY
 * while a backup is written, SEAL_WRONG_KEY where this machine cannot read what it wrote.
 */
export async function markFiles(deps: MarkDeps, request: MarkRequest): Promise<FilestoreMark | undefined> {
  const { repository, clock } = deps;
  const claim = await repository.beginWriting(request.environment, request.writer);
  const kept = keepClaim(claim, clock);
  try {
    const { good } = await repository.list(request.environment);
    const physical = good.map(({ manifest }) => manifest).filter(isPhysical);
    const base = await baseOf(deps, physical, request.signal);
    if (base === undefined) return undefined;
    const signals = [kept.signal, ...(request.signal === undefined ? [] : [request.signal])];
    return await mark(deps, base, AbortSignal.any(signals));
  } finally {
    await kept.stop();
    await claim.release();
  }
}
