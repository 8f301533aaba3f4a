import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { hostPaths, hostUsers, odooCommand, odooRole } from '../../core/compile/host/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { RestorePlace, ServedOdoo } from '../../ports/restore-place.ts';
import { asSuperuser, ownedDirectory } from '../host/cluster.ts';
import { runCommand } from '../host/command.ts';
import { issueKey } from '../host/odoo-keys.ts';
import { dropRecord, isAlive, stopProcess } from '../host/processes.ts';
import { waitUntilReady } from '../host/readiness.ts';
import { recordsOf } from './directory.ts';
import { disturbanceIn } from './disturbance.ts';
import { enclosed } from './enclosure.ts';
import { innerPorts, socketsOf } from './layout.ts';
import type { Place } from './place.ts';
import { openRelay } from './relay.ts';
import { startInPlace } from './start-in-place.ts';

function connection({ directory, layout, databaseName, addonDirectories }: Place): readonly string[] {
  return [
    `--database=${databaseName}`,
    `--db_host=${socketsOf(directory).directory}`,
    `--db_port=${innerPorts.postgres}`,
    `--db_user=${odooRole}`,
    `--data-dir=${hostPaths(layout).odooData}`,
    ...(addonDirectories.length === 0 ? [] : [`--addons-path=${addonDirectories.join(',')}`]),
  ];
}

/** Odoo's own neutralisation, run where it reaches nothing, and then an identity that is nobody else's. */
export async function neutraliseCopy(place: Place, signal?: AbortSignal): Promise<void> {
  const { directory, layout, databaseName } = place;
  const odoo = odooCommand(layout, 'neutralize', ...connection(place));
  await runCommand({
    command: enclosed({ keep: directory, user: hostUsers.odoo }, odoo.command),
    environment: odoo.environment,
    timeoutSeconds: 300,
    signal,
  }).catch((error: unknown) => {
    signal?.throwIfAborted();
    if (!(error instanceof Fault)) throw error;
    const words = String(error.details['lastLines'] ?? '') || error.message;
    const code = disturbanceIn(error, [words]) ?? 'RESTORE_FAILED';
    throw new Fault(code, `Odoo could not neutralise the copy: ${words}`, { cause: error });
  });
  await asSuperuser(
    layout,
    async (sql) => {
      const created = `${Temporal.Now.instant().toString({ smallestUnit: 'second' }).slice(0, 19).replace('T', ' ')}`;
      const identity = [
        ['database.uuid', randomUUID()],
        ['database.secret', randomUUID()],
        ['database.create_date', created],
      ] as const;
      for (const [key, value] of identity) {
        await sql`insert into ir_config_parameter (key, value) values (${key}, ${value})
          on conflict (key) do update set value = excluded.value`;
      }
    },
    databaseName,
  );
}

function serverCommand(place: Place) {
  const { layout, databaseName } = place;
  const inside = ['--http-interface=127.0.0.1', `--http-port=${innerPorts.web}`];
  const alone = ['--workers=0', '--max-cron-threads=0', '--no-database-list', `--db-filter=^${databaseName}$`];
  return odooCommand(layout, 'server', ...connection(place), ...inside, ...alone);
}

async function lastWords(place: Place): Promise<string> {
  const log = await readFile(hostPaths(place.layout).output('web'), 'utf8').catch(() => '');
  return log.trim().split('\n').slice(-12).join('\n');
}

/** The sign-in page needs the registry, the database and the assets: who serves it serves. */
async function awaitSignInPage(url: string, deadline: number, signal?: AbortSignal): Promise<void> {
  const left = Math.ceil(Math.max(1, deadline - performance.now()));
  const limit = AbortSignal.any([AbortSignal.timeout(left), ...(signal === undefined ? [] : [signal])]);
  const response = await fetch(`${url}/web/login`, { signal: limit });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`the sign-in page answered ${response.status}`);
}

/** Boots the restored Odoo where it reaches nothing outside, and waits until it serves. */
export async function bootCopy(place: Place, options: Parameters<RestorePlace['boot']>[0]): Promise<ServedOdoo> {
  const { directory, layout, databaseName } = place;
  const { withinSeconds, signal, files } = options;
  const deadline = performance.now() + withinSeconds * 1_000;
  const { login, apiKey } = await asSuperuser(layout, issueKey, databaseName);
  await ownedDirectory(hostPaths(layout).odooData, hostUsers.odoo);
  const socket = socketsOf(directory).odoo;
  await rm(socket, { force: true });
  const odoo = serverCommand(place);
  const serve = { socket, port: innerPorts.web };
  const { record, weStopIt } = await startInPlace(place, {
    name: 'web',
    command: enclosed({ keep: directory, user: hostUsers.odoo, serve }, odoo.command),
    environment: odoo.environment,
    directory: '/',
    logFile: hostPaths(layout).output('web'),
    stopSignal: 'SIGTERM',
    stopWithinSeconds: 5,
  });
  const relay = await openRelay(socket);
  const url = `http://127.0.0.1:${relay.port}`;
  const stop = async (): Promise<void> => {
    weStopIt();
    await relay.close();
    await stopProcess(record);
    await dropRecord(recordsOf(directory), record.name);
  };
  const ready = { kind: 'http', url: `${url}/web/health` } as const;
  const served = { url, database: databaseName, login, apiKey, stop };
  const failed = async (error: unknown): Promise<never> => {
    const words = await lastWords(place);
    await stop();
    signal?.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault('RESTORE_FAILED', `The restored Odoo does not serve: ${reason}\n${words}`, { cause: error });
  };
  const alive = { withinSeconds, isAlive: () => isAlive(record), signal };
  await waitUntilReady('the restored Odoo', ready, alive).catch(failed);
  // The first page waits for the modules; it holds no file. Asked for again once the files are there, it counts.
  await awaitSignInPage(url, deadline, signal).catch(failed);
  if (files === undefined) return served;
  const waitsFrom = performance.now();
  await files().catch((error: unknown) => stop().then(() => Promise.reject(error)));
  await awaitSignInPage(url, deadline + performance.now() - waitsFrom, signal).catch(failed);
  return served;
}
