import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { createDirectoryObjectStore } from '../adapters/object-store/directory-object-store.ts';
import { createS3ObjectStore } from '../adapters/object-store/s3/s3-object-store.ts';
import { createBackupRepository } from '../adapters/repository/backup-repository.ts';
import { createExtraction } from '../adapters/restore-place/extraction.ts';
import { createLocalSecrets } from '../adapters/secrets/local-secrets.ts';
import { backupPlaces, type Environment, type Estate, type Repository } from '../core/estate/index.ts';
import { createSecret, Fault } from '../core/kernel/index.ts';
import type { BackupRepository } from '../ports/backup-repository.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { resolveText, type Secrets } from '../ports/secrets.ts';
import type { Settings } from './settings.ts';
import { requireEstate } from './wire-estate.ts';

/** The Repository that an environment's backups go to. Throws REPOSITORY_INVALID, saying what to declare. */
function repositoryOf(estate: Estate, environment: Environment): Repository {
  const { primary } = backupPlaces(estate.repositories, environment);
  if (primary !== undefined) return primary;
  throw new Fault('REPOSITORY_INVALID', `the estate declares no Repository for the backups of ${environment.name}`);
}

async function openStore({ at }: Repository, settings: Settings, secrets: Secrets): Promise<ObjectStore> {
  if (at.kind === 'directory') {
    const inState = join(settings.stateDirectory, at.directory.replace(/^state\//, ''));
    return createDirectoryObjectStore(isAbsolute(at.directory) ? at.directory : inState);
  }
  const { bucket, prefix, endpoint, awsRegion } = at;
  const [accessKey, secretKey] = await Promise.all([secrets.resolve(at.accessKey), secrets.resolve(at.secretKey)]);
  return createS3ObjectStore({ bucket, prefix, endpoint, awsRegion, accessKey, secretKey });
}

/** Opens the repository of an environment for reading its backups: with the identity that opens them, and no key that signs. */
export async function openForReading(
  estate: Estate,
  environment: Environment,
  settings: Settings,
): Promise<BackupRepository> {
  const declared = repositoryOf(estate, environment);
  const secrets = createLocalSecrets(settings);
  const { identity, signingKey } = declared;
  return createBackupRepository({
    name: declared.name,
    store: await openStore(declared, settings, secrets),
    clock: systemClock,
    recipients: [],
    identities: identity === undefined ? [] : [await secrets.resolve(identity)],
    // Its public half is what makes our own manifests believed.
    signingKey: signingKey === undefined ? undefined : await secrets.resolve(signingKey),
    trustedSigners: await Promise.all(declared.trustedSigners.map((value) => resolveText(secrets, value))),
  });
}

/** As `openForReading`, of the estate in a directory. */
export async function openDeclaredRepository(
  directory: string,
  environment: Environment,
  settings: Settings,
): Promise<BackupRepository> {
  return openForReading(await requireEstate(directory), environment, settings);
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
