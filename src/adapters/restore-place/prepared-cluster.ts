import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type HostLayout, hostPaths, hostUsers } from '../../core/compile/host/index.ts';
import {
  asSuperuser,
  createCluster,
  executeFormatted,
  initdbOptions,
  newPassword,
  ownedFile,
} from '../host/cluster.ts';
import { runCommand } from '../host/command.ts';
import { takeLock } from '../host/lock.ts';

/** Below the cache directory: an empty cluster as initdb made it, to be copied. Another PostgreSQL gets another. */
const preparedName = 'empty-clusters';
const draftName = 'draft';

async function nameFor({ postgresBinaries }: HostLayout, signal: AbortSignal | undefined): Promise<string> {
  const version = await runCommand({
    command: [`${postgresBinaries}/initdb`, '--version'],
    timeoutSeconds: 30,
    signal,
  });
  const made = JSON.stringify([version, initdbOptions]);
  return createHash('sha256').update(made).digest('hex').slice(0, 16);
}

/** Made under a name that does not count, and written through to the disk before it gets the one that does. */
async function makePrepared(root: string, name: string, layout: HostLayout, signal?: AbortSignal): Promise<void> {
  // Those of an earlier PostgreSQL, and what a killed maker left.
  for (const entry of await readdir(root)) await rm(join(root, entry), { recursive: true, force: true });
  const draft = { ...layout, runtimeDirectory: join(root, draftName) };
  await createCluster(draft, { report: () => undefined, signal });
  await runCommand({
    command: [`${layout.postgresBinaries}/initdb`, '--sync-only', '-D', hostPaths(draft).postgresData],
    user: process.getuid?.() === 0 ? hostUsers.postgres : undefined,
    timeoutSeconds: 300,
    signal,
  });
  await rename(draft.runtimeDirectory, join(root, name));
}

/**
 * Gives a layout a copy of an empty cluster that was made before; makes that first where there is none. Every copy has the
 * same system identifier and, until `renewPassword`, the same superuser's password: only for clusters that are thrown away.
 */
export async function copyPreparedCluster(
  layout: HostLayout,
  cacheDirectory: string,
  signal?: AbortSignal,
): Promise<void> {
  const root = join(cacheDirectory, preparedName);
  await mkdir(root, { recursive: true, mode: 0o755 });
  const lock = await takeLock(join(cacheDirectory, `${preparedName}.lock`), { waitSeconds: 300, signal });
  try {
    const name = await nameFor(layout, signal);
    if (!(await readdir(root)).includes(name)) await makePrepared(root, name, layout, signal);
    const from = dirname(hostPaths({ ...layout, runtimeDirectory: join(root, name) }).postgresData);
    const to = dirname(hostPaths(layout).postgresData);
    await runCommand({ command: ['cp', '-a', '--reflink=auto', from, to], timeoutSeconds: 300, signal });
  } finally {
    await lock.release();
  }
}

/** Gives the superuser of a running cluster a password of its own. */
export async function renewPassword(layout: HostLayout): Promise<void> {
  const password = newPassword();
  await asSuperuser(layout, (sql) => executeFormatted(sql, 'alter role postgres password %L', password));
  await ownedFile(hostPaths(layout).superuserPasswordFile, password, hostUsers.postgres);
}
