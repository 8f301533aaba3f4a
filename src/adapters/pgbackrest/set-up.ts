import { chmod, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type HostLayout, hostPaths, hostUsers, type WalArchive } from '../../core/compile/host/index.ts';
import type { Secret } from '../../core/kernel/index.ts';
import { ownedDirectory, ownedFile } from '../host/cluster.ts';
import { apartRoot } from '../machine/apart.ts';

/** What must not stand in a configuration that everybody reads. */
export interface ArchiveSecrets {
  /** Encrypts everything in the repository. Without it nothing can be opened again. */
  readonly passphrase: Secret;
  readonly s3: { readonly accessKey: Secret; readonly secretKey: Secret } | undefined;
}

/** Makes the directory of the repository, where it lies in one. */
export async function makeRepositoryDirectory({ repository }: Pick<WalArchive, 'repository'>): Promise<void> {
  if (repository.kind !== 'directory') return;
  await ownedDirectory(repository.directory, hostUsers.postgres, 0o700);
  const place = dirname(repository.directory);
  // What lies apart is there to be reached, also where it was made under a narrow mask or by an earlier version.
  if (dirname(place) === apartRoot) await chmod(place, 0o755);
}

/** Everything that pgBackRest needs on disk besides its compiled configuration; PostgreSQL's user alone reads it. */
export async function writeArchiveFiles(secrets: ArchiveSecrets, layout: HostLayout): Promise<void> {
  const { pgbackrest, superuserPasswordFile, postgresData } = hostPaths(layout);
  const user = hostUsers.postgres;
  await ownedDirectory(dirname(postgresData), user, 0o700);
  await ownedDirectory(dirname(pgbackrest.secretsDirectory), user, 0o700);
  for (const directory of [pgbackrest.secretsDirectory, pgbackrest.lock, pgbackrest.spool, pgbackrest.log]) {
    await ownedDirectory(directory, user, 0o700);
  }
  const { passphrase, s3 } = secrets;
  const keys =
    s3 === undefined ? '' : `repo1-s3-key=${s3.accessKey.reveal()}\nrepo1-s3-key-secret=${s3.secretKey.reveal()}\n`;
  const content = `[global]\nrepo1-cipher-pass=${passphrase.reveal()}\n${keys}`;
  await ownedFile(`${pgbackrest.secretsDirectory}/secrets.conf`, content, user);
  const password = (await readFile(superuserPasswordFile, 'utf8').catch(() => '')).trim();
  const line = `127.0.0.1:${layout.ports.postgres}:*:postgres:${password}\n`;
  if (password !== '') await ownedFile(pgbackrest.passwordFile, line, user);
}
