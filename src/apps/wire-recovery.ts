import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { createBackupSource, createDumpInspector, createSpool } from '../adapters/backup-source/index.ts';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { createDirectoryObjectStore } from '../adapters/object-store/directory-object-store.ts';
import type { S3Options } from '../adapters/object-store/s3/s3-object-store.ts';
import { createBackupRepository, type RepositoryOptions } from '../adapters/repository/backup-repository.ts';
import { createLocalSecrets } from '../adapters/secrets/local-secrets.ts';
import {
  backupPlaces,
  type Environment,
  type Estate,
  type PlainOrSecret,
  type Repository,
  type SecretReference,
} from '../core/estate/index.ts';
import { createSecret, Fault, type Secret } from '../core/kernel/index.ts';
import { type BackupMethod, backupId } from '../core/recovery/index.ts';
import type { BackupRepository } from '../ports/backup-repository.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { resolveText, type Secrets } from '../ports/secrets.ts';
import type { Store } from '../ports/store.ts';
import type { MarkDeps } from '../workflows/recovery/mark-files.ts';
import type { BackUpDeps } from '../workflows/recovery/parts.ts';
import type { VerifyDeps } from '../workflows/recovery/verify-backup.ts';
import type { Settings } from './settings.ts';
import { archiveOpener, physicalSourceOf } from './wire-archive.ts';
import { openBucket } from './wire-bucket.ts';
import { placeOf, runtimeDirectoryOf } from './wire-observe.ts';
import { surroundingsOf } from './wire-surroundings.ts';

/** The Repository that the backups of an environment go to. Throws REPOSITORY_INVALID, saying what to declare. */
export function repositoryOf(estate: Estate, environment: Environment): Repository {
  const { primary } = backupPlaces(estate.repositories, environment);
  if (primary !== undefined) return primary;
  const names = estate.repositories.map(({ name }) => name).join(', ');
  const message =
    names === ''
      ? `${estate.name} declares no Repository, so that there is nowhere to keep the backups of ${environment.name}.`
      : `${environment.name} does not say which Repository its backups go to; there are ${names}: backup: { repository: … }.`;
  throw new Fault('REPOSITORY_INVALID', message);
}

/** The Repository of that name which copies go to, else the one that backups are written to. Throws REPOSITORY_INVALID. */
export function placeFrom(estate: Estate, environment: Environment, copy: string | undefined): Repository {
  if (copy === undefined) return repositoryOf(estate, environment);
  const { copies } = backupPlaces(estate.repositories, environment);
  const found = copies.flatMap(({ repository }) => repository ?? []).find(({ name }) => name === copy);
  if (found !== undefined) return found;
  const names = copies.flatMap(({ repository }) => repository?.name ?? []).join(', ');
  throw new Fault(
    'REPOSITORY_INVALID',
    `${environment.name} has no copies in ${copy}; it has copies in: ${names || 'none'}.`,
  );
}

/** Several keys may stand in one file, a line each; `#` begins a comment. */
export async function recipientsOf(secrets: Secrets, values: readonly PlainOrSecret[]): Promise<readonly string[]> {
  const texts = await Promise.all(values.map((value) => resolveText(secrets, value)));
  return texts
    .flatMap((text) => text.split(/\r?\n/))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** A key that is not on this machine is no fault: backing up needs no identity, verifying no signing key. */
async function present(secrets: Secrets, reference: SecretReference | undefined): Promise<Secret | undefined> {
  if (reference === undefined) return undefined;
  return secrets.resolve(reference).catch((error: unknown) => {
    if (error instanceof Fault && error.code === 'SECRET_UNRESOLVED') return undefined;
    throw error;
  });
}

/** Whether this machine has what opens the repository: without it backups can be taken there, and not read. */
export async function hasIdentity({ identity }: Repository, settings: Settings): Promise<boolean> {
  return (await present(createLocalSecrets(settings), identity)) !== undefined;
}

/** Who vouches for the service. Throws REPOSITORY_INVALID where that is declared and cannot be read. */
async function certificatesOf(
  { caFile, bucket }: Extract<Repository['at'], { readonly kind: 's3' }>,
  { stateDirectory }: Settings,
): Promise<string | undefined> {
  if (caFile === undefined) return undefined;
  const text = await readFile(placeOf(caFile, stateDirectory), 'utf8').catch((cause: unknown) => {
    const message = `The certificates for the bucket ${bucket} cannot be read from ${caFile}: ${(cause as Error).message}. Put the file there, or correct s3: { caFile: … }.`;
    throw new Fault('REPOSITORY_INVALID', message, { cause });
  });
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new Fault(
    'REPOSITORY_INVALID',
    `${caFile} holds no certificate in PEM, which s3: { caFile: … } of the bucket ${bucket} names.`,
  );
}

/** A bucket and the credentials that write to it. */
export async function bucketOptions(
  at: Extract<Repository['at'], { readonly kind: 's3' }>,
  settings: Settings,
): Promise<S3Options> {
  const { bucket, prefix, endpoint, awsRegion } = at;
  const secrets = createLocalSecrets(settings);
  const [accessKey, secretKey] = await Promise.all([secrets.resolve(at.accessKey), secrets.resolve(at.secretKey)]);
  const certificates = await certificatesOf(at, settings);
  return { bucket, prefix, endpoint, awsRegion, certificates, accessKey, secretKey };
}

/** The place with the credentials that write, and with those that may delete where they are declared and known here. */
async function openStores(
  { at }: Repository,
  settings: Settings,
  secrets: Secrets,
): Promise<{ readonly store: ObjectStore; readonly deletingStore?: ObjectStore }> {
  if (at.kind === 'directory') {
    return { store: createDirectoryObjectStore(placeOf(at.directory, settings.stateDirectory)) };
  }
  const place = await bucketOptions(at, settings);
  const store = openBucket(place, settings);
  const [deletingKey, deletingSecret] = await Promise.all([
    present(secrets, at.deleteWith?.accessKey),
    present(secrets, at.deleteWith?.secretKey),
  ]);
  if (deletingKey === undefined || deletingSecret === undefined) return { store };
  return {
    store,
    deletingStore: openBucket({ ...place, accessKey: deletingKey, secretKey: deletingSecret }, settings),
  };
}

/** What a declared repository is opened with: the keys that this machine has. */
export async function repositoryOptions(declared: Repository, settings: Settings): Promise<RepositoryOptions> {
  const secrets = createLocalSecrets(settings);
  const [identity, signingKey] = await Promise.all([
    present(secrets, declared.identity),
    present(secrets, declared.signingKey),
  ]);
  return {
    name: declared.name,
    ...(await openStores(declared, settings, secrets)),
    clock: systemClock,
    recipients: await recipientsOf(secrets, declared.sealedTo),
    identities: identity === undefined ? [] : [identity],
    signingKey,
    trustedSigners: await Promise.all(declared.trustedSigners.map((value) => resolveText(secrets, value))),
    objectLockSeconds: declared.objectLockSeconds,
  };
}

/** Opens a declared repository with the keys that this machine has. */
export async function openRepository(declared: Repository, settings: Settings): Promise<BackupRepository> {
  return createBackupRepository(await repositoryOptions(declared, settings));
}

/** Where dumps lie on their way. */
export function openSpool(settings: Settings) {
  return createSpool(join(settings.stateDirectory, 'spool'));
}

/** What checking a backup needs: the repository and its key, no control plane and no Odoo. */
export async function verifyParts(declared: Repository, settings: Settings): Promise<VerifyDeps> {
  return {
    clock: systemClock,
    repository: await openRepository(declared, settings),
    spool: openSpool(settings),
    inspector: createDumpInspector(),
    openArchive: await archiveOpener(declared, settings),
  };
}

/** The role of Odoo itself, which owns the database, of an environment that this machine runs. */
export async function ownRole(
  environment: Environment,
  settings: Settings,
  secrets: Secrets,
): Promise<string | undefined> {
  const runtimeDirectory = runtimeDirectoryOf(environment, settings.stateDirectory);
  const reader = environment.connect.postgres?.url;
  if (runtimeDirectory === undefined || reader === undefined) return undefined;
  const passwords = await readFile(join(runtimeDirectory, 'etc', 'pgpass'), 'utf8').catch(() => '');
  const [, , , user, password] = passwords.trim().split('\n')[0]?.split(':') ?? [];
  if (user === undefined || password === undefined) return undefined;
  const url = new URL(await resolveText(secrets, reader));
  url.username = user;
  url.password = password;
  return url.href;
}

/** With what a backup reads the database. Throws BACKUP_FAILED where no role is known that may read all of it. */
export async function sourceUrl(environment: Environment, settings: Settings): Promise<Secret> {
  const secrets = createLocalSecrets(settings);
  const declared = environment.connect.backup?.url;
  const text =
    declared === undefined ? await ownRole(environment, settings, secrets) : await resolveText(secrets, declared);
  if (text !== undefined) return createSecret(`the backup role of ${environment.name}`, text);
  const message =
    `${environment.name} has no role that may read its whole database. ` +
    'Declare connect.backup: { url: "env:NAME" } with the role that owns it, which is the one Odoo connects as.';
  throw new Fault('BACKUP_FAILED', message);
}

async function sourceOf(environment: Environment, settings: Settings) {
  const filestore = environment.connect.filestore;
  if (filestore === undefined) {
    const message = `${environment.name} declares no connect.filestore.directory: a backup without the files is none.`;
    throw new Fault('BACKUP_FAILED', message);
  }
  return createBackupSource({
    url: await sourceUrl(environment, settings),
    filestoreDirectory: placeOf(filestore.directory, settings.stateDirectory),
  });
}

/** What continuing the files of a physical backup needs. Throws PHYSICAL_UNAVAILABLE. Close it when done. */
export async function markParts(
  estate: Estate,
  environment: Environment,
  settings: Settings,
): Promise<MarkDeps & { close(): Promise<void> }> {
  const physical = await physicalSourceOf(environment, estate.repositories, settings);
  if (physical === undefined) {
    throw new Fault('PHYSICAL_UNAVAILABLE', `The log of ${environment.name} is not archived on this machine.`);
  }
  const repository = await openRepository(repositoryOf(estate, environment), settings);
  const source = await sourceOf(environment, settings);
  return { clock: systemClock, source, repository, physical, close: () => source.close() };
}

/** What taking a backup needs. Close it when done. */
export async function backUpParts(
  estate: Estate,
  environment: Environment,
  options: { readonly settings: Settings; readonly directory: string; readonly store: Store },
): Promise<BackUpDeps & { close(): Promise<void> }> {
  const { settings, store } = options;
  const declared = repositoryOf(estate, environment);
  const repository = await openRepository(declared, settings);
  const source = await sourceOf(environment, settings);
  return {
    clock: systemClock,
    store,
    source,
    repository,
    spool: openSpool(settings),
    inspector: createDumpInspector(),
    surroundings: () => surroundingsOf(estate, environment, options),
    physical: await physicalSourceOf(environment, estate.repositories, settings),
    close: () => source.close(),
  };
}

/** The id of a backup that begins now. */
export function newBackupId(method: BackupMethod): string {
  return backupId(systemClock.now(), method, randomBytes(3).toString('hex'));
}

/** Who writes, where the command line does: this process, and no other. */
export function commandLineWriter(id: string): string {
  return `${basename(process.argv[1] ?? 'plimsoll')} ${process.pid} on ${hostname()}, ${id}`;
}
