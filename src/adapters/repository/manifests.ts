import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { Fault } from '../../core/kernel/index.ts';
import { type PieceList, type PublishedManifest, parseManifest } from '../../core/recovery/index.ts';
import type { BadManifest, SignedManifest } from '../../ports/backup-repository.ts';
import type { RepositoryContext } from './context.ts';
import {
  backupOf,
  backupPrefix,
  backupsPrefix,
  environmentPrefix,
  manifestName,
  pieceListName,
  signatureName,
} from './layout.ts';
import { sha256Of } from './pieces.ts';

const decompress = promisify(zstdDecompress);
/** Tens of millions of names; more is a bomb. */
const longestPieceList = 2 ** 31 - 1;

/** The files of one backup, finished or not. */
export interface BackupFiles {
  readonly environment: string;
  readonly id: string;
  readonly names: readonly string[];
  readonly newestAt: Temporal.Instant;
}

/** What lies under the backups of an environment, or of all: in order of environment and id. */
export async function listBackupFiles(
  context: RepositoryContext,
  environment?: string,
): Promise<readonly BackupFiles[]> {
  const found = new Map<string, BackupFiles>();
  const prefix = environment === undefined ? backupsPrefix : environmentPrefix(environment);
  for await (const { key, modifiedAt } of context.store.list(prefix)) {
    const place = backupOf(key);
    if (place === undefined) continue;
    const folder = `${place.environment}/${place.id}`;
    const before = found.get(folder);
    const isNewer = before === undefined || Temporal.Instant.compare(modifiedAt, before.newestAt) > 0;
    found.set(folder, {
      environment: place.environment,
      id: place.id,
      names: [...(before?.names ?? []), place.name],
      newestAt: isNewer ? modifiedAt : before.newestAt,
    });
  }
  return [...found.values()];
}

/** A backup whose signature holds, with the list that its signature covers as well. */
export type ReadBackup = SignedManifest & PublishedManifest;

const bad = (id: string, reason: BadManifest['reason'], detail: string): BadManifest => ({ id, reason, detail });

async function judgeSignature(
  context: RepositoryContext,
  files: BackupFiles,
  text: Uint8Array,
): Promise<string | BadManifest> {
  const { environment, id, names } = files;
  const signatures = names.filter((name) => name.endsWith('.sig'));
  if (signatures.length === 0) return bad(id, 'unsigned', 'There is a manifest and no signature.');
  const digest = sha256Of(text);
  const of = (keyId: string): string => signatureName(keyId, digest);
  const verifier = [...context.trusted.values()].find((each) => signatures.includes(of(each.id)));
  if (verifier !== undefined) {
    const signature = await context.store.get(`${backupPrefix(environment, id)}${of(verifier.id)}`);
    if (verifier.holds(text, signature)) return verifier.id;
    return bad(id, 'altered', `The signature of ${verifier.id} does not hold.`);
  }
  const signers = signatures.map((name) => name.slice(0, name.lastIndexOf('-')));
  const signer = signers.find((keyId) => signatures.includes(of(keyId)));
  if (signer !== undefined) return bad(id, 'untrusted-signer', `It is signed by ${signer}, which is not trusted.`);
  return bad(id, 'altered', `What ${signers.join(', ')} signed is not what the manifest says now.`);
}

/** Reads a backup that has a manifest; says what is wrong with it where anything is. */
export async function readBackup(context: RepositoryContext, files: BackupFiles): Promise<ReadBackup | BadManifest> {
  const { environment, id } = files;
  const text = await context.store.get(`${backupPrefix(environment, id)}${manifestName}`);
  const signedBy = await judgeSignature(context, files, text);
  if (typeof signedBy !== 'string') return signedBy;
  const published = parseManifest(new TextDecoder().decode(text));
  if ('problem' in published) return bad(id, 'unreadable', published.problem);
  const { manifest, pieces } = published;
  if (manifest.id !== id || manifest.environment !== environment) {
    return bad(id, 'altered', `It is the manifest of ${manifest.environment} ${manifest.id}, put in another's place.`);
  }
  return { manifest, pieces, signedBy };
}

/** Names of all pieces that a backup needs. Throws where the list is not the one that was signed. */
export function readPieceList(context: RepositoryContext, backup: ReadBackup): Promise<readonly string[]> {
  return readPieceNames(context, backup.manifest, backup.pieces);
}

/** The names in a signed list among the files of a backup. Throws where it is not the one that was signed. */
export async function readPieceNames(
  context: RepositoryContext,
  { environment, id }: { readonly environment: string; readonly id: string },
  pieces: PieceList,
): Promise<readonly string[]> {
  const key = `${backupPrefix(environment, id)}${pieceListName(pieces.sha256)}`;
  const packed = await context.store.get(key);
  const text = await decompress(packed, { maxOutputLength: longestPieceList }).catch(() => undefined);
  if (text === undefined || sha256Of(text) !== pieces.sha256) {
    throw new Fault('CONTENT_ALTERED', `The list of pieces of ${id} is not the one that was signed.`, {
      details: { environment, backup: id },
    });
  }
  return new TextDecoder().decode(text).split('\n').slice(0, -1);
}
