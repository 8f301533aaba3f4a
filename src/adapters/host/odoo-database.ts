import { createHash } from 'node:crypto';
import { access, chown, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type HostLayout, hostPaths, hostUsers, odooRole } from '../../core/compile/host/index.ts';
import {
  addExtensions,
  asSuperuser,
  ensureRole,
  executeFormatted,
  newPassword,
  ownedDirectory,
  ownedFile,
  superuserOf,
} from './cluster.ts';
import { runCommand, systemUser } from './command.ts';
import { takeLock } from './lock.ts';
import { hostOdoo } from './odoo-run.ts';
import { installLogistics, seedDirectory } from './odoo-seed.ts';
import type { StepContext } from './progress.ts';

/** A logistics database to have: which modules, and where prepared ones are kept. */
export interface DatabaseRequest {
  readonly database: string;
  readonly modules: readonly string[];
  readonly odooVersion: string;
  readonly cacheDirectory: string;
}

/** The directories, the role and the password file that Odoo needs before its first start; safe to repeat. */
export async function prepareOdooAccess(layout: HostLayout): Promise<void> {
  const paths = hostPaths(layout);
  await ownedDirectory(paths.odooData, hostUsers.odoo);
  await ownedDirectory(`${paths.odooData}/filestore`, hostUsers.odoo);
  await ownedDirectory(paths.logDirectory, hostUsers.odoo, 0o755);
  const known = await readFile(paths.passwordFile, 'utf8').catch(() => '');
  const password = known.trim().split(':').at(-1) || newPassword();
  await asSuperuser(layout, (sql) => ensureRole(sql, odooRole, password, 'nosuperuser createdb nocreaterole'));
  await ownedFile(paths.passwordFile, `127.0.0.1:*:*:${odooRole}:${password}\n`, hostUsers.odoo);
}

/** Whether the finished database is there. */
export function hasDatabase(layout: HostLayout, database: string): Promise<boolean> {
  return asSuperuser(layout, async (sql) => {
    const rows = await sql`select 1 from pg_database where datname = ${database}`;
    return rows.length > 0;
  });
}

/** Removes a database and its files, ending its sessions. */
export async function dropDatabase(layout: HostLayout, database: string): Promise<void> {
  await asSuperuser(layout, (sql) => executeFormatted(sql, 'drop database if exists %I with (force)', database));
  await rm(hostPaths(layout).filestore(database), { recursive: true, force: true });
}

async function renameDatabase(layout: HostLayout, from: string, to: string): Promise<void> {
  const paths = hostPaths(layout);
  // Files first: a database under its final name must never lack them.
  await rm(paths.filestore(to), { recursive: true, force: true });
  await rename(paths.filestore(from), paths.filestore(to));
  await asSuperuser(layout, (sql) => executeFormatted(sql, 'alter database %I rename to %I', from, to));
}

/** The prepared database for these modules, this Odoo and this seed: another of any of them has another key. */
export async function preparedKey(request: Pick<DatabaseRequest, 'modules' | 'odooVersion'>): Promise<string> {
  const seed = await readFile(join(seedDirectory, 'base.py'));
  const facts = JSON.stringify([request.odooVersion, [...request.modules].sort(), 'postgresql-15']);
  return createHash('sha256').update(facts).update(seed).digest('hex').slice(0, 16);
}

const preparedDirectory = (cacheDirectory: string, key: string): string => join(cacheDirectory, 'databases', key);

/** Whether a prepared database for this request is cached. */
export async function hasPrepared(request: DatabaseRequest): Promise<boolean> {
  return access(preparedDirectory(request.cacheDirectory, await preparedKey(request))).then(
    () => true,
    () => false,
  );
}

async function postgresTool(
  layout: HostLayout,
  tool: string,
  args: readonly string[],
  context: StepContext,
): Promise<void> {
  await runCommand({
    command: [
      `${layout.postgresBinaries}/${tool}`,
      '--host=127.0.0.1',
      `--port=${layout.ports.postgres}`,
      `--username=${odooRole}`,
      ...args,
    ],
    environment: { PGPASSFILE: hostPaths(layout).passwordFile },
    user: hostUsers.odoo,
    timeoutSeconds: 600,
    signal: context.signal,
  });
}

async function savePrepared(layout: HostLayout, database: string, target: string, context: StepContext): Promise<void> {
  context.report({ detail: 'keeping a prepared copy for next time' });
  const building = `${target}.building`;
  await rm(building, { recursive: true, force: true });
  await mkdir(join(target, '..'), { recursive: true, mode: 0o755 });
  await ownedDirectory(building, hostUsers.odoo, 0o755);
  await postgresTool(
    layout,
    'pg_dump',
    ['--format=custom', '--compress=1', `--file=${building}/database.dump`, database],
    context,
  );
  await runCommand({
    command: ['tar', '-c', '-f', `${building}/filestore.tar`, '-C', hostPaths(layout).filestore(database), '.'],
    timeoutSeconds: 120,
  });
  await rm(target, { recursive: true, force: true });
  await rename(building, target);
}

async function restore(layout: HostLayout, database: string, source: string, context: StepContext): Promise<void> {
  context.report({ detail: 'restoring the prepared database' });
  await asSuperuser(layout, (sql) =>
    executeFormatted(sql, 'create database %I owner %I template template0', database, odooRole),
  );
  const args = ['--no-owner', '--exit-on-error', '--jobs=2', `--dbname=${database}`, join(source, 'database.dump')];
  await postgresTool(layout, 'pg_restore', args, context);
  const filestore = hostPaths(layout).filestore(database);
  await rm(filestore, { recursive: true, force: true });
  await ownedDirectory(filestore, hostUsers.odoo);
  await runCommand({
    command: ['tar', '-x', '-f', join(source, 'filestore.tar'), '-C', filestore],
    user: hostUsers.odoo,
    timeoutSeconds: 120,
    signal: context.signal,
  });
}

/**
 * Makes a logistics database, from a prepared copy where one is cached. It is built under another name and renamed when it
 * is whole, so an attempt that was killed counts as none and the next one starts clean.
 */
export async function createLogisticsDatabase(
  layout: HostLayout,
  request: DatabaseRequest,
  finish: (building: string) => Promise<void>,
  context: StepContext,
): Promise<void> {
  const building = `${request.database}_building`;
  const prepared = preparedDirectory(request.cacheDirectory, await preparedKey(request));
  await dropDatabase(layout, building);
  if (await hasPrepared(request)) await restore(layout, building, prepared, context);
  else await buildOnce(layout, building, prepared, request, context);
  await addExtensions(superuserOf(layout), building);
  await finish(building);
  await renameDatabase(layout, building, request.database);
}

async function buildOnce(
  layout: HostLayout,
  building: string,
  prepared: string,
  request: DatabaseRequest,
  context: StepContext,
): Promise<void> {
  const lock = await takeLock(prepared, {
    waitSeconds: 1_200,
    signal: context.signal,
    onWait: () => context.report({ detail: 'waiting for another Plimsoll that prepares the same database' }),
  });
  try {
    if (await hasPrepared(request)) return await restore(layout, building, prepared, context);
    await installLogistics(hostOdoo(layout), { ...request, database: building }, context);
    return await savePrepared(layout, building, prepared, context);
  } finally {
    await lock.release();
  }
}

/** Copies a database inside the cluster, with its files: under a second. The source must have no sessions. */
export async function copyDatabase(layout: HostLayout, from: string, to: string): Promise<void> {
  await asSuperuser(layout, (sql) =>
    executeFormatted(sql, 'create database %I template %I owner %I', to, from, odooRole),
  );
  const paths = hostPaths(layout);
  await runCommand({
    command: ['cp', '--archive', '--no-target-directory', paths.filestore(from), paths.filestore(to)],
    timeoutSeconds: 60,
  });
  const ids = await systemUser(hostUsers.odoo);
  if (ids !== undefined && process.getuid?.() === 0) await chown(paths.filestore(to), ids.uid, ids.gid);
}

/** Databases that an interrupted attempt left half-made. */
export async function halfMadeDatabases(layout: HostLayout): Promise<readonly string[]> {
  const names = await readdir(`${hostPaths(layout).odooData}/filestore`).catch(() => []);
  return names.filter((name) => name.endsWith('_building'));
}
