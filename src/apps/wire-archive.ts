import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  findRuntimeDirectory,
  machineCache,
  physicalDirectoryFor,
  postgresBinaries,
  runtimeDirectoryFor,
} from '../adapters/host/places.ts';
import { createArchiveOpener, createStanzaCopier } from '../adapters/pgbackrest/apart.ts';
import { type ArchiveSecrets, createPgbackrest } from '../adapters/pgbackrest/index.ts';
import { createLocalSecrets } from '../adapters/secrets/local-secrets.ts';
import type { HostLayout, WalArchive } from '../core/compile/index.ts';
import type { Environment, Repository } from '../core/estate/index.ts';
import { createSecret, type RefusalReason, type Secret } from '../core/kernel/index.ts';
import { hostPorts, odooPackage, physicalPlaceOf, walArchiveOf } from '../core/provision/index.ts';
import type { PhysicalPlace } from '../core/recovery/index.ts';
import type { StanzaCopier } from '../ports/backup-copies.ts';
import type { OpenArchive } from '../ports/physical-backup.ts';
import type { PhysicalSource } from '../workflows/recovery/parts.ts';
import type { Settings } from './settings.ts';

/** The PostgreSQL port chosen for an environment: by option now, or by an earlier run. */
export async function rememberedPort(
  stateDirectory: string,
  environment: string,
  chosen: number | undefined,
): Promise<number | undefined> {
  const file = join(stateDirectory, environment, 'postgres-port');
  if (chosen !== undefined) {
    await mkdir(join(stateDirectory, environment), { recursive: true });
    await writeFile(file, `${chosen}\n`);
    return chosen;
  }
  const known = Number(await readFile(file, 'utf8').catch(() => ''));
  return known > 0 ? known : undefined;
}

/** The file that holds the passphrase of an environment's physical backups, inside the state directory. */
export const physicalPassphraseFile = (stateDirectory: string, environment: string): string =>
  join(stateDirectory, 'keys', `physical-${environment}.txt`);

/** A secret of this installation in a file of the state directory, made where there is none. */
async function madeSecret(stateDirectory: string, file: string): Promise<Secret> {
  await mkdir(join(stateDirectory, 'keys'), { recursive: true, mode: 0o700 });
  await writeFile(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  return createSecret(`file:${file}`, (await readFile(file, 'utf8')).trim());
}

/** What disguises in anonymised clones are made with: the same from clone to clone, and not to be computed without it. */
export function anonymiseKey({ stateDirectory }: Settings): Promise<Secret> {
  return madeSecret(stateDirectory, join(stateDirectory, 'keys', 'anonymise.txt'));
}

/** The passphrase, made where there is none. Backups carry it too, sealed: the age identity alone brings everything back. */
function passphraseOf(stateDirectory: string, environment: string): Promise<Secret> {
  return madeSecret(stateDirectory, physicalPassphraseFile(stateDirectory, environment));
}

/** The directory of pgBackRest beside a repository that is one; nothing for a bucket. */
async function directoryBeside({ at }: Repository, { stateDirectory }: Settings): Promise<string> {
  if (at.kind !== 'directory') return '';
  const { directory } = at;
  const isOurs = directory.startsWith('state/');
  return physicalDirectoryFor(
    stateDirectory,
    isOurs ? join(stateDirectory, directory.slice('state/'.length)) : directory,
  );
}

/** A declared file as programs of other users find it: `state/…` lies in the state directory. */
const stateFile = (file: string, { stateDirectory }: Settings): string =>
  file.startsWith('state/') ? resolve(stateDirectory, file.slice('state/'.length)) : file;

/** Where pgBackRest keeps its part of a declared repository, as this machine reaches it; or why it cannot have one. */
async function placeHere(repository: Repository, settings: Settings): Promise<PhysicalPlace | RefusalReason> {
  const directory = await directoryBeside(repository, settings);
  return physicalPlaceOf(
    repository,
    () => directory,
    (file) => stateFile(file, settings),
  );
}

/** The archive of an environment's log with its credentials; `undefined` where none is declared or none can be. */
export async function archiveOf(
  environment: Environment,
  repositories: readonly Repository[],
  settings: Settings,
): Promise<{ readonly archive: WalArchive; readonly secrets: ArchiveSecrets } | undefined> {
  const { stateDirectory } = settings;
  const repository = repositories.find(({ name }) => name === environment.backup.repository);
  const directory = repository === undefined ? '' : await directoryBeside(repository, settings);
  const answer = walArchiveOf(
    environment,
    repositories,
    () => directory,
    (file) => stateFile(file, settings),
  );
  if (answer.kind !== 'archive') return undefined;
  const passphrase = await passphraseOf(stateDirectory, environment.name);
  return { archive: answer.archive, secrets: { passphrase, s3: await s3Of(repository, settings) } };
}

async function s3Of(repository: Repository | undefined, settings: Settings): Promise<ArchiveSecrets['s3']> {
  if (repository?.at.kind !== 's3') return undefined;
  const local = createLocalSecrets(settings);
  const { accessKey, secretKey } = repository.at;
  return { accessKey: await local.resolve(accessKey), secretKey: await local.resolve(secretKey) };
}

/** Opens the repositories of physical backups, with the credentials that a declared Repository has. */
export async function archiveOpener(repository: Repository, settings: Settings): Promise<OpenArchive> {
  const root = await runtimeDirectoryFor(settings.stateDirectory, 'archives');
  const place = await placeHere(repository, settings);
  return createArchiveOpener({
    root,
    s3: await s3Of(repository, settings),
    // A copy says where its original is: what lies beside this repository is meant, and never that.
    placeOf: async (database) => ('message' in place ? database.place : place),
  });
}

/** The passphrase of an environment's physical backups as the machine that takes them has it. */
async function knownPassphrase(stateDirectory: string, environment: string): Promise<Secret | undefined> {
  const file = physicalPassphraseFile(stateDirectory, environment);
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim() === '' ? undefined : createSecret(`file:${file}`, text.trim());
}

/** Copies what pgBackRest keeps between two declared repositories, or says why that cannot be. */
export async function stanzaCopierOf(from: Repository, to: Repository, settings: Settings): Promise<StanzaCopier> {
  const [source, target] = [await placeHere(from, settings), await placeHere(to, settings)];
  if ('message' in source) return { cannot: source.message };
  if ('message' in target) return { cannot: target.message };
  return {
    copyStanza: createStanzaCopier({
      root: await runtimeDirectoryFor(settings.stateDirectory, 'archives'),
      from: { place: source, s3: await s3Of(from, settings) },
      to: { place: target, s3: await s3Of(to, settings) },
      passphraseHere: (stanza) => knownPassphrase(settings.stateDirectory, stanza),
    }),
  };
}

/** Where an environment's cluster is on this machine. */
async function layoutOf(environment: Environment, { stateDirectory }: Settings): Promise<HostLayout> {
  const runtimeDirectory = await runtimeDirectoryFor(stateDirectory, environment.name);
  const port = await rememberedPort(stateDirectory, environment.name, undefined);
  return {
    runtimeDirectory,
    softwareDirectory: join(machineCache, odooPackage.name),
    launcherFile: join(runtimeDirectory, 'bin/launch.py'),
    postgresBinaries,
    ports: hostPorts(environment, port),
  };
}

/**
 * The archived cluster of an environment that this machine runs, with what its backups are opened with; `undefined` where
 * its log is not archived here.
 */
export async function physicalSourceOf(
  environment: Environment,
  repositories: readonly Repository[],
  settings: Settings,
): Promise<PhysicalSource | undefined> {
  if (
    environment.platform !== 'host' ||
    findRuntimeDirectory(settings.stateDirectory, environment.name) === undefined
  ) {
    return undefined;
  }
  const archived = await archiveOf(environment, repositories, settings);
  if (archived === undefined) return undefined;
  const { archive, secrets } = archived;
  const layout = await layoutOf(environment, settings);
  return {
    backups: createPgbackrest({ archive, secrets, layout }),
    place: archive.repository,
    passphrase: secrets.passphrase,
  };
}
