import { createSecret, Fault, type Secret } from '../../core/kernel/index.ts';
import {
  isPhysical,
  type PhysicalDatabase,
  type PhysicalManifest,
  type PublishedMark,
  readPassphrase,
} from '../../core/recovery/index.ts';
import type { RepositoryContext } from './context.ts';
import { copyObject, copyPieces, finished, type Running } from './copy-objects.ts';
import { backupPrefix, isMarkName, pieceListName, piecesPrefix } from './layout.ts';
import { type BackupFiles, readBackup, readPieceNames } from './manifests.ts';
import { readNewestMark, removeSuperseded } from './marks.ts';
import { createPieces } from './pieces.ts';

/** What opens pgBackRest's repository, as the backup carries it; `undefined` where no identity is at hand. */
async function passphraseIn(
  context: RepositoryContext,
  { label, passphrase }: PhysicalDatabase,
  signal: AbortSignal | undefined,
): Promise<Secret | undefined> {
  if (context.identities.length === 0) return undefined;
  const chunks: Uint8Array[] = [];
  for (const piece of passphrase.pieces) chunks.push(await createPieces(context).readPiece(piece, { signal }));
  const cipherPass = readPassphrase(Buffer.concat(chunks).toString('utf8'));
  if (cipherPass !== undefined) return createSecret(`the passphrase of ${label}`, cipherPass);
  throw new Fault('CONTENT_ALTERED', `What ${label} carries to open pgBackRest's repository is no passphrase.`);
}

/** What pgBackRest keeps of a backup, with the log from its beginning on. */
export async function copyCluster({ from, options, done, physical }: Running, { database }: PhysicalManifest) {
  if ('cannot' in physical) return;
  const { bytes: before } = done;
  const { signal, report } = options;
  const sent = await physical.copyStanza({
    database,
    passphrase: await passphraseIn(from, database, signal),
    labels: [...database.needs, database.label],
    walStart: database.walStart,
    report: ({ bytes, detail }) => report?.({ bytes: before + bytes, detail }),
    signal,
  });
  done.bytes += sent.bytes;
}

/** The files that a mark has kept: its pieces first, then the list of them, then the mark. */
async function copyMark(running: Running, files: BackupFiles, { mark, pieces }: PublishedMark): Promise<void> {
  const { from, to } = running;
  const { environment, id } = files;
  const own = mark.filestore.index.pieces.map(({ sha256 }) => sha256);
  const names = await readPieceNames(from, { environment, id }, pieces);
  await copyPieces(running, [...new Set([...names, ...own])]);
  await to.store.settle(piecesPrefix);
  const folder = backupPrefix(environment, id);
  await copyObject(running, `${folder}${pieceListName(pieces.sha256)}`);
  await to.store.settle(folder);
  const newest = files.names.filter(isMarkName).toSorted().at(-1);
  if (newest !== undefined) await copyObject(running, `${folder}${newest}`, false);
  await to.store.settle(folder);
  const copied = (await finished(to, environment)).find((each) => each.id === id);
  if (copied !== undefined) await removeSuperseded(to, copied);
}

/**
 * The newest physical backup that both have reaches further at the source than when it was copied: its log goes on, and the
 * files that its last mark has kept.
 */
export async function continueNewest(running: Running): Promise<void> {
  const { from, to, options, physical } = running;
  if ('cannot' in physical) return;
  const there = new Set((await finished(to, options.environment)).map(({ id }) => id));
  for (const files of (await finished(from, options.environment)).toReversed()) {
    if (!there.has(files.id)) continue;
    const backup = await readBackup(from, files);
    if ('reason' in backup || !isPhysical(backup.manifest)) continue;
    // Read before the log is copied, so that the log reaches the mark's instant.
    const mark = await readNewestMark(from, files);
    await copyCluster(running, backup.manifest);
    if (mark !== undefined) await copyMark(running, files, mark);
    return;
  }
}
