import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import { Fault } from '../../core/kernel/index.ts';
import { type BackupManifest, formatManifest, piecesOf } from '../../core/recovery/index.ts';
import { forEachOf } from './budget.ts';
import { type RepositoryContext, retainUntil } from './context.ts';
import { backupPrefix, manifestName, pieceListName, pieceNameOf, piecesPrefix, signatureName } from './layout.ts';
import type { Lease } from './lease.ts';
import { sha256Of } from './pieces.ts';

const compress = promisify(zstdCompress);

/** A lock may end earlier than the backup's by so much: what was written in these minutes is not asked about again. */
const lockToleranceSeconds = 300;
const prolongTogether = 16;

/** One name a line, sorted, each once. */
const listText = (names: readonly string[]): string => names.map((name) => `${name}\n`).join('');

/** Sees that every piece is there, by the keys of all that are. */
async function demandPieces(
  { store }: Pick<RepositoryContext, 'store'>,
  id: string,
  names: readonly string[],
  keys: AsyncIterable<string> = store.keys(piecesPrefix),
): Promise<void> {
  const missing = new Set(names);
  for await (const key of keys) missing.delete(pieceNameOf(key) ?? '');
  const [first] = missing;
  if (first === undefined) return;
  throw new Fault('CONTENT_MISSING', `${id} names ${missing.size} pieces that are not here, ${first} first.`, {
    details: { backup: id, missing: missing.size, first },
  });
}

/** As `demandPieces`, and locks those that are not new for as long as the backup: their locks began earlier. */
async function demandLocked(context: RepositoryContext, id: string, names: readonly string[], until: Temporal.Instant) {
  const named = new Set(names);
  const older: string[] = [];
  const recently = (await context.store.now()).subtract({ seconds: lockToleranceSeconds });
  const keys = async function* (): AsyncIterable<string> {
    for await (const { key, modifiedAt } of context.store.list(piecesPrefix)) {
      const isNamed = named.has(pieceNameOf(key) ?? '');
      if (isNamed && Temporal.Instant.compare(modifiedAt, recently) < 0) older.push(key);
      yield key;
    }
  };
  await demandPieces(context, id, names, keys());
  await forEachOf(older, prolongTogether, (key) => context.store.prolong(key, until));
}

function taken(id: string): Fault {
  return new Fault('BACKUP_FAILED', `There is another backup with the id ${id}.`, { details: { backup: id } });
}

/**
 * The list of pieces, then the signature, then the manifest: a manifest without a signature is never ours. All pieces are seen
 * to be there while the lease keeps collection away; where the lease was lost meanwhile, they are looked for once more. What the
 * manifest stands on is settled before it is put, and itself after: a power cut leaves a whole backup or none.
 */
export async function publishManifest(
  context: RepositoryContext,
  lease: Lease,
  manifest: BackupManifest,
  filestorePieces: Iterable<string>,
): Promise<void> {
  const { signer, store } = context;
  if (signer === undefined) {
    throw new Fault(
      'SECRET_UNRESOLVED',
      `Repository ${context.name} has no signingKey: a backup is signed or is none.`,
    );
  }
  const { environment, id } = manifest;
  const names = [...new Set([...piecesOf(manifest), ...filestorePieces])].sort();
  const list = listText(names);
  const pieces = { count: names.length, sha256: sha256Of(list) };
  const text = new TextEncoder().encode(formatManifest({ manifest, pieces }));
  const folder = backupPrefix(environment, id);
  await lease.renew();
  const options = { retainUntil: await retainUntil(context) };
  if (options.retainUntil === undefined) await demandPieces(context, id, names);
  else await demandLocked(context, id, names, options.retainUntil);
  await store.settle(piecesPrefix);
  await store.put(`${folder}${pieceListName(pieces.sha256)}`, await compress(list), options);
  await store.put(`${folder}${signatureName(signer.id, sha256Of(text))}`, signer.sign(text), options);
  await store.settle(folder);
  await lease.renew();
  const answer = await store.put(`${folder}${manifestName}`, text, options);
  if (answer === 'exists') {
    const there = await store.get(`${folder}${manifestName}`);
    if (Buffer.compare(there, text) !== 0) throw taken(id);
  }
  await store.settle(folder);
  await lease.renew().catch(() => demandStill(context, `${folder}${manifestName}`, id, names));
}

/** The lease was lost at the last moment: a collector may have been at work. The backup stays only if it is whole. */
async function demandStill(context: RepositoryContext, manifestKey: string, id: string, names: readonly string[]) {
  await demandPieces(context, id, names).catch(async (error: unknown) => {
    await context.deleting.delete(manifestKey);
    throw error;
  });
}
