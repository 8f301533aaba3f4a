import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compileHost, type HostEnvironment, hostPaths, hostUsers } from '../../core/compile/host/index.ts';
import { readOnlyRole, readOnlyRoleStatements } from '../../core/observe/index.ts';
import type { StepContext } from '../../ports/host.ts';
import type { ExchangeNote, RestoreTarget } from '../../ports/restore-target.ts';
import { type ArchiveSecrets, createPgbackrest } from '../pgbackrest/index.ts';
import { addExtensions, asSuperuser, ensureRole, ownedDirectory, ownedFile, superuserOf } from './cluster.ts';
import { createReadOnlyRole, credentialFiles, writeCredentials } from './credentials.ts';
import { createExchange } from './exchange.ts';
import { writeHostFiles } from './files.ts';
import { databaseMarkerOf, type HostMachine } from './host.ts';
import { announceHistory } from './log-history.ts';
import { prepareOdooAccess } from './odoo-database.ts';
import { administratorOf, ensureKey, issueKey, issuePassword } from './odoo-keys.ts';

const odooComponents = ['cron', 'gevent', 'web'] as const;

export interface RestoreTargetOptions {
  readonly machine: HostMachine;
  readonly environment: HostEnvironment;
  readonly now: () => Temporal.Instant;
  /** Credentials of the archive that the environment declares. */
  readonly archiveSecrets?: ArchiveSecrets | undefined;
}

const textOf = async (file: string): Promise<string> => (await readFile(file, 'utf8').catch(() => '')).trim();

/** A copy answers to keys of its own; its administrator gets a password, unless it is to go live with its people. */
async function issueOwnCredentials({ machine, environment }: RestoreTargetOptions, isLive: boolean): Promise<void> {
  const { layout, directory } = machine;
  const { database } = environment;
  const { login, apiKey, adminPassword } = await asSuperuser(
    layout,
    async (sql) => {
      const issued = await issueKey(sql);
      const password = isLive ? '' : await issuePassword(sql, (await administratorOf(sql)).id);
      return { ...issued, adminPassword: password };
    },
    database,
  );
  const postgresUrl = await createReadOnlyRole(superuserOf(layout), { at: database, final: database });
  await writeCredentials(directory, { adminPassword, postgresUrl, apiKey: apiKey.reveal() });
  await ownedFile(join(directory, credentialFiles.login), `${login}\n`, undefined);
}

/** Roles and keys that the estate refers to, as they were before: a dump brings no roles, and may be older than a key. */
async function renewCredentials({ machine, environment }: RestoreTargetOptions): Promise<void> {
  const { layout, directory } = machine;
  const [url, login, key] = await Promise.all(
    [credentialFiles.postgresUrl, credentialFiles.login, credentialFiles.apiKey].map((name) =>
      textOf(join(directory, name)),
    ),
  );
  const password = URL.canParse(url ?? '') ? decodeURIComponent(new URL(url ?? '').password) : '';
  await asSuperuser(
    layout,
    async (sql) => {
      if (password !== '') {
        await ensureRole(sql, readOnlyRole, password, 'nosuperuser nocreatedb nocreaterole');
        for (const statement of readOnlyRoleStatements()) await sql.unsafe(statement);
      }
      if (login !== undefined && key !== undefined && key !== '') await ensureKey(sql, login, key);
    },
    environment.database,
  );
}

async function openDatabase(
  options: RestoreTargetOptions,
  { isCopy, method }: Pick<ExchangeNote, 'isCopy' | 'method'>,
  { report, signal }: StepContext,
): Promise<void> {
  const { machine, environment } = options;
  const { layout, components } = machine;
  report({ detail: 'starting PostgreSQL' });
  await ownedDirectory(hostPaths(layout).logDirectory, hostUsers.odoo, 0o755);
  await ownedDirectory(dirname(hostPaths(layout).postgresData), hostUsers.postgres, 0o700);
  await writeHostFiles(compileHost(environment, layout).files);
  await components.start('postgres', signal);
  report({ detail: 'roles and credentials' });
  await prepareOdooAccess(layout);
  await addExtensions(superuserOf(layout), environment.database);
  const isNeutralised = await asSuperuser(
    layout,
    (sql) => sql`select 1 from ir_config_parameter where key = 'database.is_neutralized' and value = 'true'`,
    environment.database,
  );
  if (isCopy) await issueOwnCredentials(options, isNeutralised.length === 0);
  else await renewCredentials(options);
  await writeFile(databaseMarkerOf(layout), environment.database);
  const { archive } = environment;
  if (archive === undefined || options.archiveSecrets === undefined || isCopy) return;
  // A dump makes another cluster: what was archived of the old one does not go on in its log. A physical one goes on in it,
  // but was written apart for a while: no backup before this one leads to what comes now.
  report({ detail: 'beginning the archive of the new cluster' });
  const physical = createPgbackrest({ archive, secrets: options.archiveSecrets, layout });
  // Either way the superuser has another password, which pgBackRest is given, too.
  if (method === 'logical') await physical.renew({ signal });
  else await physical.prepare({ signal });
  await physical.take(method === 'logical' ? 'full' : 'incremental', {
    report: ({ ratio, detail }) => report({ ratio, detail }),
    signal,
  });
}

/** An environment on this machine as something to restore into. */
export function createRestoreTarget(options: RestoreTargetOptions): RestoreTarget {
  const { machine, environment, now } = options;
  const { layout, components, directory } = machine;
  const exchange = createExchange(layout, environment.database);
  const stop = async (names: readonly string[]): Promise<void> => {
    // Held first: whoever supervises must not start again what is being stopped on purpose.
    for (const name of names) await components.hold(name, true);
    for (const name of names) await components.stop(name);
  };
  const postgresConf = compileHost(environment, layout).files.find(({ path }) => path.endsWith('postgres.conf'));
  return {
    name: environment.name,
    database: environment.database,
    observe: async () => {
      const journal = await exchange.read();
      const unsettled = journal?.phase === 'exchanged' ? journal.note : undefined;
      return { hasData: await exchange.hasData(), unsettled };
    },
    heal: () => exchange.heal(),
    stopOdoo: () => stop(odooComponents),
    accept: async (released, note) => {
      const root = layout.runtimeDirectory;
      await ownedDirectory(join(root, 'postgres'), hostUsers.postgres, 0o700);
      await ownedDirectory(hostPaths(layout).odooData, hostUsers.odoo);
      await ownedDirectory(join(hostPaths(layout).odooData, 'filestore'), hostUsers.odoo);
      await exchange.accept(released, note, async (dataDirectory) => {
        // The place's own settings trade safety for speed; from now on they are the environment's.
        await ownedFile(join(dataDirectory, 'postgresql.conf'), postgresConf?.content ?? '', hostUsers.postgres);
        const { isCopy, method, until } = note;
        if (isCopy || method !== 'physical' || environment.archive === undefined) return;
        await announceHistory(dataDirectory, until === undefined ? now() : Temporal.Instant.from(until));
      });
    },
    exchange: async () => {
      await stop([...odooComponents, 'postgres']);
      await exchange.exchange();
    },
    putBack: async () => {
      if ((await exchange.read())?.phase !== 'exchanged') return;
      await stop([...odooComponents, 'postgres']);
      await exchange.putBack();
    },
    openDatabase: (note, context) => openDatabase(options, note, context),
    letRun: async () => {
      for (const name of [...odooComponents, 'postgres']) await components.hold(name, false);
    },
    settle: ({ keepsOld }) => exchange.settle({ keepsOld, at: now() }),
    remove: async () => {
      await stop([...odooComponents, 'postgres']);
      // What was put in place by mistake of nobody's: only what a restore or a bring-up made is below these.
      for (const root of new Set([layout.runtimeDirectory, directory])) {
        await rm(root, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}

/** Whether anything of that name lies in a state directory. */
export async function isNameTaken(stateDirectory: string, name: string): Promise<boolean> {
  const entries = await readdir(join(stateDirectory, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    // A file of that name is somebody's as well.
    return [name];
  });
  return entries.length > 0;
}
