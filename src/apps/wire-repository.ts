import { readFile } from 'node:fs/promises';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { createDirectoryObjectStore } from '../adapters/object-store/directory-object-store.ts';
import { createBackupRepository } from '../adapters/repository/backup-repository.ts';
import { createExtraction } from '../adapters/restore-place/extraction.ts';
import type { Environment } from '../core/estate/index.ts';
import { createSecret, Fault } from '../core/kernel/index.ts';
import type { BackupRepository } from '../ports/backup-repository.ts';
import type { Settings } from './settings.ts';
import { requireEstate } from './wire-estate.ts';
import { openRepository, repositoryOf } from './wire-recovery.ts';

/** Opens the repository that the backups of an environment go to, as the estate in a directory declares it. */
export async function openDeclaredRepository(
  directory: string,
  environment: Environment,
  settings: Settings,
): Promise<BackupRepository> {
  return openRepository(repositoryOf(await requireEstate(directory), environment), settings);
}

/** A new directory for a backup's files. */
export const openExtraction = createExtraction;

/** What is left on the worst day: a directory with the repository in it, and the files with the keys. */
export interface BareRepository {
  readonly directory: string;
  readonly identityFile: string;
  /** Public Ed25519 keys in PEM, one per file: whose backups are believed. */
  readonly signerFiles: readonly string[];
}

/** Opens a repository with nothing but its directory and its keys: no estate, no records, no running Plimsoll. */
export async function openBareRepository(bare: BareRepository): Promise<BackupRepository> {
  const read = (file: string): Promise<string> =>
    readFile(file, 'utf8').catch((cause: unknown) => {
      throw new Fault('SETTING_INVALID', `${file} cannot be read.`, { cause });
    });
  return createBackupRepository({
    name: bare.directory,
    store: createDirectoryObjectStore(bare.directory),
    clock: systemClock,
    recipients: [],
    identities: [createSecret(bare.identityFile, await read(bare.identityFile))],
    trustedSigners: await Promise.all(bare.signerFiles.map(read)),
  });
}
