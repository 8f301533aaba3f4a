import { access, readFile } from 'node:fs/promises';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { createDirectoryObjectStore } from '../adapters/object-store/directory-object-store.ts';
import { createArchiveOpener } from '../adapters/pgbackrest/apart.ts';
import { createBackupRepository } from '../adapters/repository/backup-repository.ts';
import { createExtraction } from '../adapters/restore-place/extraction.ts';
import type { Repository } from '../core/estate/index.ts';
import { createSecret, Fault } from '../core/kernel/index.ts';
import type { PhysicalDatabase, PhysicalPlace } from '../core/recovery/index.ts';
import type { OpenExtraction } from '../ports/extraction.ts';
import type { ExtractDeps } from '../workflows/recovery/extract-backup.ts';
import { knownRestores } from '../workflows/recovery/known-restores.ts';
import type { Settings } from './settings.ts';
import { archiveOpener } from './wire-archive.ts';
import { openRepository } from './wire-recovery.ts';
import { openStoreIfThere } from './wire-store.ts';

/** Opens a declared repository to take backups out of. */
export async function openDeclaredRepository(declared: Repository, settings: Settings): Promise<ExtractDeps> {
  return {
    clock: systemClock,
    repository: await openRepository(declared, settings),
    openArchive: await archiveOpener(declared, settings),
    // On a bad day there may be no records: then the backups alone say what they can.
    restores: (environment) => recordedRestores(environment, settings).catch(() => []),
  };
}

async function recordedRestores(environment: string, settings: Settings) {
  const opened = await openStoreIfThere(settings);
  if (opened === undefined) return [];
  return knownRestores(opened.store, environment).finally(opened.close);
}

/** A new directory for what is taken out of a backup. */
export function openExtraction(directory: string): OpenExtraction {
  return (method) => createExtraction(directory, method);
}

/** What is left on the worst day: a directory with the repository in it, and the files with the keys. */
export interface BareRepository {
  readonly directory: string;
  readonly identityFile: string;
  /** Public Ed25519 keys in PEM, one per file: whose backups are believed. */
  readonly signerFiles: readonly string[];
}

/** pgBackRest's directory lies beside the repository, wherever that was mounted; else where the backup says it was. */
async function placeBeside(directory: string, { label, place }: PhysicalDatabase): Promise<PhysicalPlace> {
  const beside = `${directory.replace(/\/+$/, '')}-physical`;
  const candidates = [beside, ...(place.kind === 'directory' ? [place.directory] : [])];
  for (const candidate of candidates) {
    const isThere = await access(candidate).then(
      () => true,
      () => false,
    );
    if (isThere) return { kind: 'directory', directory: candidate };
  }
  const message = `The cluster of ${label} is kept by pgBackRest in a directory of its own, and none of ${candidates.join(' and ')} is there.`;
  throw new Fault('PHYSICAL_UNAVAILABLE', message);
}

/** Opens a repository with nothing but its directory and its keys: no estate, no records, no running Plimsoll. */
export async function openBareRepository(bare: BareRepository): Promise<ExtractDeps> {
  const { directory, identityFile, signerFiles } = bare;
  const read = (file: string): Promise<string> =>
    readFile(file, 'utf8').catch((cause: unknown) => {
      throw new Fault('SETTING_INVALID', `${file} cannot be read.`, { cause });
    });
  return {
    clock: systemClock,
    repository: createBackupRepository({
      name: directory,
      store: createDirectoryObjectStore(directory),
      clock: systemClock,
      recipients: [],
      identities: [createSecret(identityFile, await read(identityFile))],
      trustedSigners: await Promise.all(signerFiles.map(read)),
    }),
    openArchive: createArchiveOpener({
      root: '/tmp',
      s3: undefined,
      placeOf: (database) => placeBeside(directory, database),
    }),
  };
}
