import { createSecret, Fault, type Secret } from '../../core/kernel/index.ts';
import { type PhysicalDatabase, type PhysicalManifest, readPassphrase } from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { OpenArchive } from '../../ports/physical-backup.ts';
import { readStored } from './read-content.ts';

/** Longer is no passphrase, whatever it is. */
const longestBytes = 65_536;

/** What opens pgBackRest's repository, as a backup carries it. Throws CONTENT_ALTERED where that is something else. */
export async function passphraseOf(
  repository: Pick<BackupRepository, 'readPiece'>,
  { label, passphrase }: PhysicalDatabase,
  signal?: AbortSignal,
): Promise<Secret> {
  const chunks: Uint8Array[] = [];
  if (passphrase.bytes <= longestBytes) {
    for await (const chunk of readStored(repository, passphrase, signal)) chunks.push(chunk);
  }
  const cipherPass = readPassphrase(Buffer.concat(chunks).toString('utf8'));
  if (cipherPass !== undefined) return createSecret(`the passphrase of ${label}`, cipherPass);
  throw new Fault('CONTENT_ALTERED', `What ${label} carries to open pgBackRest's repository is no passphrase.`);
}

/** Opens the repository that a physical backup is in. Throws PHYSICAL_UNAVAILABLE where that cannot be done here. */
export async function openArchiveOf(
  deps: { readonly repository: BackupRepository; readonly openArchive?: OpenArchive | undefined },
  { id, database }: PhysicalManifest,
  options: { readonly directory?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
): ReturnType<OpenArchive> {
  if (deps.openArchive === undefined) {
    throw new Fault('PHYSICAL_UNAVAILABLE', `${id} is a physical backup, and pgBackRest is not to be had here.`);
  }
  const passphrase = await passphraseOf(deps.repository, database, options.signal);
  return deps.openArchive({ database, passphrase, directory: options.directory });
}
