import { randomBytes } from 'node:crypto';
import { access, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import postgres from 'postgres';
import { type HostLayout, hostPaths, hostUsers } from '../../core/compile/host/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import { promptSocket } from '../postgres/prompt-socket.ts';
import { runCommand, systemUser } from './command.ts';
import type { StepContext } from './progress.ts';

/** A password that needs no quoting anywhere. */
export const newPassword = (): string => randomBytes(24).toString('base64url');

/** Creates the system user that Odoo runs as, where it is missing. */
export async function ensureOdooUser(layout: HostLayout, signal?: AbortSignal): Promise<void> {
  if ((await systemUser(hostUsers.odoo)) !== undefined) return;
  const command = ['useradd', '--system', '--no-create-home', '--home-dir', '/nonexistent'];
  await runCommand({
    command: [...command, '--shell', '/usr/sbin/nologin', hostUsers.odoo],
    timeoutSeconds: 30,
    signal,
  }).catch(async (error: unknown) => {
    // Another bring-up may have created it in the same moment.
    if ((await systemUser(hostUsers.odoo)) === undefined) throw error;
  });
  await mkdir(layout.runtimeDirectory, { recursive: true, mode: 0o755 });
}

/** Creates a directory that belongs to a system user. */
export async function ownedDirectory(path: string, user: string, mode = 0o750): Promise<void> {
  const ids = await systemUser(user);
  // The mode is for this directory alone: given to parents that are made on the way, it would keep the user out.
  await mkdir(dirname(path), { recursive: true });
  await mkdir(path, { recursive: true, mode });
  if (ids !== undefined && process.getuid?.() === 0) await chown(path, ids.uid, ids.gid);
}

/** Writes a file that only its owner reads; the write is atomic. */
export async function ownedFile(path: string, content: string, user: string | undefined, mode = 0o600): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  const temporary = `${path}.new`;
  await rm(temporary, { force: true });
  await writeFile(temporary, content, { mode });
  const ids = user === undefined ? undefined : await systemUser(user);
  if (ids !== undefined && process.getuid?.() === 0) await chown(temporary, ids.uid, ids.gid);
  await rename(temporary, path);
}

/** Whether a finished cluster is there. */
export function hasCluster(layout: HostLayout): Promise<boolean> {
  return access(`${hostPaths(layout).postgresData}/PG_VERSION`).then(
    () => true,
    () => false,
  );
}

/** How every cluster of ours is initialised. */
export const initdbOptions = [
  '--encoding=UTF8',
  '--locale=C.UTF-8',
  '--auth=scram-sha-256',
  '--data-checksums',
] as const;

/** Creates the PostgreSQL cluster. It gets its name only when it is whole, so a killed attempt leaves nothing that counts. */
export async function createCluster(layout: HostLayout, context: StepContext): Promise<void> {
  const paths = hostPaths(layout);
  const root = dirname(paths.postgresData);
  const building = `${paths.postgresData}.building`;
  const ids = await systemUser(hostUsers.postgres);
  await mkdir(layout.runtimeDirectory, { recursive: true, mode: 0o755 });
  await ownedDirectory(root, hostUsers.postgres, 0o700);
  await rm(building, { recursive: true, force: true });
  const password = newPassword();
  // Written before the cluster exists: a cluster whose password nobody knows would be lost.
  await ownedFile(paths.superuserPasswordFile, password, hostUsers.postgres);
  context.report({ detail: 'initialising the cluster' });
  const credentials = ['--username=postgres', `--pwfile=${paths.superuserPasswordFile}`];
  await runCommand({
    command: [`${layout.postgresBinaries}/initdb`, '-D', building, '--no-sync', ...initdbOptions, ...credentials],
    user: ids === undefined ? undefined : hostUsers.postgres,
    timeoutSeconds: 120,
    signal: context.signal,
  });
  await rename(building, paths.postgresData);
}

/** Replaces the cluster's settings by the compiled ones; they hold from its next start. */
export async function writeClusterConfiguration(layout: HostLayout, content: string): Promise<void> {
  const file = `${hostPaths(layout).postgresData}/postgresql.conf`;
  if ((await readFile(file, 'utf8').catch(() => undefined)) === content) return;
  await ownedFile(file, content, hostUsers.postgres);
}

export type Sql = postgres.Sql;

/** Where and as whom to administrate a cluster on loopback. */
export interface SuperuserAccess {
  readonly port: number;
  readonly role: string;
  readonly password: () => Promise<string>;
}

/** The superuser of an environment's own cluster on this machine. */
export function superuserOf(layout: HostLayout): SuperuserAccess {
  return {
    port: layout.ports.postgres,
    role: 'postgres',
    password: async () => (await readFile(hostPaths(layout).superuserPasswordFile, 'utf8')).trim(),
  };
}

/** Runs work in a superuser session that is closed whatever happens. */
export async function administrate<Result>(
  access: SuperuserAccess,
  work: (sql: Sql) => Promise<Result>,
  database = 'postgres',
): Promise<Result> {
  const sql = postgres({
    ...promptSocket,
    host: '127.0.0.1',
    port: access.port,
    user: access.role,
    password: await access.password(),
    database,
    max: 1,
    connect_timeout: 10,
    onnotice: () => undefined,
  });
  try {
    return await work(sql);
  } catch (error) {
    throw explainPostgres(error, access.port);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** The same, on the cluster of a layout. */
export function asSuperuser<Result>(
  layout: HostLayout,
  work: (sql: Sql) => Promise<Result>,
  database = 'postgres',
): Promise<Result> {
  return administrate(superuserOf(layout), work, database);
}

function explainPostgres(error: unknown, port: number): unknown {
  const code = (error as { readonly code?: unknown }).code;
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'CONNECT_TIMEOUT') {
    return new Fault('ODOO_DATABASE_UNREACHABLE', `PostgreSQL does not answer on 127.0.0.1:${port}.`, { cause: error });
  }
  return error;
}

/** Extensions that only a superuser may create, in a database that Odoo's role owns. */
export function addExtensions(access: SuperuserAccess, database: string): Promise<void> {
  return administrate(
    access,
    (sql) => sql`create extension if not exists pg_stat_statements`.then(() => undefined),
    database,
  );
}

/** Executes a statement that PostgreSQL itself has quoted, with up to three values: DDL takes no parameters. */
export async function executeFormatted(sql: Sql, template: string, ...values: readonly string[]): Promise<void> {
  const [first = '', second = '', third = ''] = values;
  const [row] = await sql<{ statement: string }[]>`
    select format(${template}, ${first}::text, ${second}::text, ${third}::text) as statement`;
  if (row !== undefined) await sql.unsafe(row.statement);
}

/** Makes sure that a role of that name signs in with that password and has these attributes. */
export async function ensureRole(sql: Sql, name: string, password: string, attributes: string): Promise<void> {
  const [found] = await sql`select 1 from pg_roles where rolname = ${name}`;
  if (found === undefined) await executeFormatted(sql, `create role %I login ${attributes}`, name);
  await executeFormatted(sql, `alter role %I with login ${attributes} password %L`, name, password);
}
