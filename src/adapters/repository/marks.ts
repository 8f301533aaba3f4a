import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import { z } from 'zod';
import { Fault } from '../../core/kernel/index.ts';
import { type FilestoreMark, formatMark, type PublishedMark, parseMark } from '../../core/recovery/index.ts';
import { type RepositoryContext, retainUntil } from './context.ts';
import { backupPrefix, isMarkName, manifestName, markName, pieceListName, piecesPrefix } from './layout.ts';
import type { Lease } from './lease.ts';
import { type BackupFiles, listBackupFiles, readBackup, readPieceNames } from './manifests.ts';
import { sha256Of } from './pieces.ts';

const compress = promisify(zstdCompress);

/** The text and its signature in one object: a mark is there as a whole or not at all. */
const envelope = z.strictObject({ text: z.string(), keyId: z.string(), signature: z.base64() });

function untrusted({ environment, id }: BackupFiles, why: string): Fault {
  return new Fault('MANIFEST_UNTRUSTED', `What continues the files of ${id} is not to be believed: ${why}.`, {
    details: { environment, backup: id },
  });
}

function parseEnvelope(body: Uint8Array): z.output<typeof envelope> | undefined {
  try {
    return envelope.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch {
    // Cut off or overwritten: the caller says which mark it is.
    return undefined;
  }
}

/** The newest mark among the files of a backup. Throws MANIFEST_UNTRUSTED where its signature does not hold. */
export async function readNewestMark(
  context: RepositoryContext,
  files: BackupFiles,
): Promise<PublishedMark | undefined> {
  const name = files.names.filter(isMarkName).toSorted().at(-1);
  if (name === undefined) return undefined;
  const found = parseEnvelope(await context.store.get(`${backupPrefix(files.environment, files.id)}${name}`));
  if (found === undefined) throw untrusted(files, 'it is cut off or overwritten');
  const verifier = context.trusted.get(found.keyId);
  if (verifier === undefined) throw untrusted(files, `it is signed by ${found.keyId}, which is not trusted`);
  const text = new TextEncoder().encode(found.text);
  if (!verifier.holds(text, Buffer.from(found.signature, 'base64'))) {
    throw untrusted(files, `the signature of ${found.keyId} does not hold`);
  }
  const published = parseMark(found.text);
  if (published === undefined) throw untrusted(files, 'it is not understood');
  const { backup, environment } = published.mark;
  if (backup !== files.id || environment !== files.environment) {
    throw untrusted(files, `it is the one of ${environment} ${backup}, put in another's place`);
  }
  return published;
}

/** The newest mark of a backup. A newer one may take its place between the list and the read: then it is looked for again. */
export async function readMarkOf(
  context: RepositoryContext,
  environment: string,
  backup: string,
  tries = 3,
): Promise<PublishedMark | undefined> {
  const files = (await listBackupFiles(context, environment)).find(({ id }) => id === backup);
  if (files === undefined) return undefined;
  return readNewestMark(context, files).catch((error: unknown) => {
    if (!(error instanceof Fault) || error.code !== 'OBJECT_MISSING' || tries === 1) throw error;
    return readMarkOf(context, environment, backup, tries - 1);
  });
}

/** Names of all pieces that the newest mark of a backup needs. */
export async function markedPieces(context: RepositoryContext, files: BackupFiles): Promise<readonly string[]> {
  const published = await readNewestMark(context, files);
  if (published === undefined) return [];
  return readPieceNames(context, { environment: files.environment, id: files.id }, published.pieces);
}

/** Files of marks that a newer one has taken the place of. */
export async function supersededMarks(context: RepositoryContext, files: BackupFiles): Promise<readonly string[]> {
  const older = files.names.filter(isMarkName).toSorted().slice(0, -1);
  if (older.length === 0) return [];
  const newest = await readNewestMark(context, files);
  const backup = await readBackup(context, files);
  if (newest === undefined || 'reason' in backup) return [];
  const needed = [newest.pieces, backup.pieces].map(({ sha256 }) => pieceListName(sha256));
  const lists = files.names.filter((name) => name.startsWith('pieces-') && !needed.includes(name));
  const folder = backupPrefix(files.environment, files.id);
  return [...older, ...lists].map((name) => `${folder}${name}`);
}

async function filesOf(context: RepositoryContext, environment: string, id: string): Promise<BackupFiles> {
  const files = (await listBackupFiles(context, environment)).find((each) => each.id === id);
  if (files?.names.includes(manifestName) === true) return files;
  throw new Fault('BACKUP_UNKNOWN', `Repository ${context.name} has no backup ${id} of ${environment}.`);
}

/** Its pieces and the list of them first, then the mark, each settled; last the ones before it, where they may be deleted. */
export async function publishMark(
  context: RepositoryContext,
  lease: Lease | undefined,
  mark: FilestoreMark,
  filestorePieces: Iterable<string>,
): Promise<void> {
  const { signer, store } = context;
  const { environment, backup } = mark;
  if (signer === undefined) {
    throw new Fault('SECRET_UNRESOLVED', `Repository ${context.name} has no signingKey: a mark is signed or is none.`);
  }
  if (lease === undefined) throw new Fault('BACKUP_UNDER_WAY', `Nobody said that ${environment} is being written.`);
  await filesOf(context, environment, backup);
  const files = [mark.filestore.index, ...(mark.attachments === undefined ? [] : [mark.attachments])];
  const own = files.flatMap((file) => file.pieces.map(({ sha256 }) => sha256));
  const names = [...new Set([...own, ...filestorePieces])].sort();
  const list = names.map((name) => `${name}\n`).join('');
  const pieces = { count: names.length, sha256: sha256Of(list) };
  const text = formatMark({ mark, pieces });
  const signature = Buffer.from(signer.sign(new TextEncoder().encode(text))).toString('base64');
  const folder = backupPrefix(environment, backup);
  await store.settle(piecesPrefix);
  // The list may be the one that the manifest names, and then it stays as long as that.
  await store.put(`${folder}${pieceListName(pieces.sha256)}`, await compress(list), {
    retainUntil: await retainUntil(context),
  });
  await store.settle(folder);
  await lease.renew();
  const body = new TextEncoder().encode(JSON.stringify({ text, keyId: signer.id, signature }));
  await store.put(`${folder}${markName(mark.at, sha256Of(text))}`, body);
  await store.settle(folder);
  await removeSuperseded(context, await filesOf(context, environment, backup));
}

const mayStay: readonly string[] = ['OBJECT_LOCKED', 'REPOSITORY_DENIED'];

/** Whoever writes may have no right to delete: then a collection does it. */
export async function removeSuperseded(context: RepositoryContext, files: BackupFiles): Promise<void> {
  for (const key of await supersededMarks(context, files)) {
    await context.deleting.delete(key).catch((error: unknown) => {
      if (!(error instanceof Fault) || !mayStay.includes(error.code)) throw error;
    });
  }
}
