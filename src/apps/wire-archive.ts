import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { machineCache, physicalDirectoryFor, postgresBinaries, runtimeDirectoryFor } from '../adapters/host/places.ts';
import { type ArchiveSecrets, createPgbackrest } from '../adapters/pgbackrest/index.ts';
import { createLocalSecrets } from '../adapters/secrets/local-secrets.ts';
import type { WalArchive } from '../core/compile/index.ts';
import type { Environment, Repository } from '../core/estate/index.ts';
import { createSecret, type Secret } from '../core/kernel/index.ts';
import { hostPorts, odooPackage, walArchiveOf } from '../core/provision/index.ts';
import type { PhysicalBackups } from '../ports/physical-backup.ts';
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

/** The passphrase, made where there is none. Backups carry it too, sealed: the age identity alone brings everything back. */
async function passphraseOf(stateDirectory: string, environment: string): Promise<Secret> {
  const file = physicalPassphraseFile(stateDirectory, environment);
  await mkdir(join(stateDirectory, 'keys'), { recursive: true, mode: 0o700 });
  await writeFile(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  return createSecret(`file:${file}`, (await readFile(file, 'utf8')).trim());
}

/** The archive of an environment's log with its credentials; `undefined` where none is declared or none can be. */
export async function archiveOf(
  environment: Environment,
  repositories: readonly Repository[],
  settings: Settings,
): Promise<{ readonly archive: WalArchive; readonly secrets: ArchiveSecrets } | undefined> {
  const { stateDirectory } = settings;
  const repository = repositories.find(({ name }) => name === environment.backup.repository);
  const declared = repository?.at.kind === 'directory' ? repository.at.directory : '';
  const absolute = declared.startsWith('state/') ? join(stateDirectory, declared.slice('state/'.length)) : declared;
  const directory = declared === '' ? '' : await physicalDirectoryFor(stateDirectory, absolute);
  const answer = walArchiveOf(environment, repositories, () => directory);
  if (answer.kind !== 'archive') return undefined;
  const passphrase = await passphraseOf(stateDirectory, environment.name);
  const local = createLocalSecrets(settings);
  const at = repository?.at;
  const s3 =
    at?.kind === 's3'
      ? { accessKey: await local.resolve(at.accessKey), secretKey: await local.resolve(at.secretKey) }
      : undefined;
  return { archive: answer.archive, secrets: { passphrase, s3 } };
}

/** The physical backups of an environment on this machine; `undefined` where its log is not archived. */
export async function createPhysicalBackups(
  environment: Environment,
  repositories: readonly Repository[],
  settings: Settings,
): Promise<PhysicalBackups | undefined> {
  const archived = await archiveOf(environment, repositories, settings);
  if (archived === undefined || environment.platform !== 'host') return undefined;
  const runtimeDirectory = await runtimeDirectoryFor(settings.stateDirectory, environment.name);
  const port = await rememberedPort(settings.stateDirectory, environment.name, undefined);
  const layout = {
    runtimeDirectory,
    softwareDirectory: join(machineCache, odooPackage.name),
    launcherFile: join(runtimeDirectory, 'bin/launch.py'),
    postgresBinaries,
    ports: hostPorts(environment, port),
  };
  return createPgbackrest({ ...archived, layout });
}
