import { spawn } from 'node:child_process';
import { createReadStream, existsSync, openSync } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../../../core/estate/index.ts';
import { Fault, formatDuration } from '../../../core/kernel/index.ts';
import { estateDirectory, rememberEstate } from '../../estate-directory.ts';
import { requireEstate } from '../../wire-estate.ts';
import { beginSupervision, type OwnProcess, readAnnouncement, stopRecorded, supervisorPid } from '../../wire-up.ts';
import type { CliCommand, CommandContext, CommandOptions } from '../command.ts';
import { bringAllUp, requirePlatform, superviseAll, type UpRequest } from '../up/session.ts';

const modestProfile = resolve(import.meta.dirname, '../../../../examples/load/modest.yaml');
const detachedWithinSeconds = 1_800;
const linkWithinSeconds = 5;

function portOption(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1_024 || port > 65_535) {
    throw new Fault('SETTING_INVALID', `--postgres-port: ${String(value)} is not a port from 1024 to 65535`);
  }
  return port;
}

/** What runs beside the environments, where this Plimsoll has the command. */
function ownProcesses(
  verbs: readonly string[],
  directory: string,
  environments: readonly Environment[],
  context: CommandContext,
) {
  const own: OwnProcess[] = [];
  if (verbs.includes('serve')) {
    const why = 'the API, the controller and the portal, on a PostgreSQL of their own';
    const server = new URL(context.settings.serverUrl);
    const args = ['serve', directory, '--port', server.port || '7070'];
    own.push({ component: 'serve', why, args, healthUrl: new URL('/healthz', server).href });
  }
  const loaded = environments.find((environment) => environment.isLab);
  if (verbs.includes('load run') && loaded !== undefined && existsSync(modestProfile)) {
    // Seven days is the longest the driver takes; the supervisor starts it again when they are over.
    const args = ['load', 'run', loaded.name, '--estate', directory, '--profile', modestProfile, '--for', '7d'];
    own.push({ component: 'workload', why: 'a modest flow of orders, picks and receipts', args });
  }
  return own;
}

/** The one-time link that `serve` writes once it listens; none comes where somebody can sign in already. */
async function signInLink(stateDirectory: string): Promise<string | undefined> {
  const deadline = performance.now() + linkWithinSeconds * 1_000;
  while (performance.now() < deadline) {
    const text = await readFile(join(stateDirectory, 'sign-in-link'), 'utf8').catch(() => '');
    if (text.trim() !== '') return text.trim();
    await sleep(250);
  }
  return undefined;
}

async function announceReady(
  request: UpRequest,
  running: readonly string[],
  seconds: number,
  context: CommandContext,
): Promise<void> {
  const { output, settings } = context;
  const hasPortal = running.includes('serve');
  const link = hasPortal ? await signInLink(settings.stateDirectory) : undefined;
  output.line();
  output.line(`Up in ${formatDuration(seconds)}.`);
  for (const { name, connect } of request.environments) {
    const url = typeof connect.odoo?.url === 'string' ? connect.odoo.url : 'its declared address';
    output.line(
      `  ${name}: ${url} (password of admin in ${join(settings.stateDirectory, name, 'odoo-admin-password')})`,
    );
  }
  if (hasPortal) output.line(`  portal: ${settings.serverUrl}`);
  if (link !== undefined) output.line(`  sign in once: ${link}`);
  output.line('Stop with Ctrl-C or `plimsoll down`; logs are in the state directory.');
  output.json({
    environments: request.environments.map(({ name }) => name),
    portal: hasPortal ? settings.serverUrl : null,
    signInLink: link ?? null,
    seconds,
  });
}

async function runForeground(request: UpRequest, context: CommandContext): Promise<number> {
  const { settings, output, signal } = context;
  const supervision = await beginSupervision(settings.stateDirectory);
  if (supervision === undefined) return alreadyUp(context);
  const startedAt = performance.now();
  try {
    const { tables, running } = await bringAllUp(request, context);
    await announceReady(request, running, Math.round((performance.now() - startedAt) / 1_000), context);
    const environments = request.environments.map(({ name }) => name);
    const portal = running.includes('serve') ? settings.serverUrl : null;
    await supervision.announce({ portal, environments });
    await superviseAll(tables, context);
    return 0;
  } catch (error) {
    if (!signal.aborted) throw error;
    return 130;
  } finally {
    output.note('Stopping what was started …');
    const stopped = await stopRecorded(settings.stateDirectory);
    output.note(`Stopped ${stopped.map(({ component }) => component).join(', ') || 'nothing: nothing ran'}.`);
    await supervision.end();
  }
}

async function alreadyUp({ settings, output }: CommandContext): Promise<number> {
  const pid = await supervisorPid(settings.stateDirectory);
  const known = await readAnnouncement(settings.stateDirectory);
  const state = known === undefined ? 'is bringing it up' : 'keeps it up';
  output.line(`Already up: process ${pid ?? 'unknown'} ${state} in ${settings.stateDirectory}.`);
  if (known?.portal != null) output.line(`  portal: ${known.portal}`);
  output.json({ environments: known?.environments ?? [], portal: known?.portal ?? null, signInLink: null, seconds: 0 });
  return 0;
}

/** Copies what the background process writes to our own standard error until it is up or gone. */
async function follow(logFile: string, fromByte: number, context: CommandContext): Promise<number> {
  const { size } = await stat(logFile);
  if (size <= fromByte) return fromByte;
  const stream = createReadStream(logFile, { start: fromByte, end: size - 1, encoding: 'utf8' });
  for await (const chunk of stream) context.output.note(String(chunk).trimEnd());
  return size;
}

async function runDetached(argv: readonly string[], context: CommandContext): Promise<number> {
  const { settings, output, signal } = context;
  if ((await readAnnouncement(settings.stateDirectory)) !== undefined) return alreadyUp(context);
  const logFile = join(settings.stateDirectory, 'log', 'up.log');
  await mkdir(join(settings.stateDirectory, 'log'), { recursive: true });
  const log = openSync(logFile, 'w', 0o600);
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../main.ts'), ...argv], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  child.unref();
  let exitCode: number | null = null;
  child.once('exit', (code) => {
    exitCode = code ?? 1;
  });
  const deadline = performance.now() + detachedWithinSeconds * 1_000;
  for (let shown = 0; ; ) {
    shown = await follow(logFile, shown, context);
    const known = await readAnnouncement(settings.stateDirectory);
    if (known !== undefined) {
      output.json({ ...known, logFile });
      return 0;
    }
    if (exitCode !== null) return exitCode;
    if (signal.aborted || performance.now() > deadline) {
      if (child.pid !== undefined) process.kill(child.pid, 'SIGTERM');
      if (signal.aborted) return 130;
      throw new Fault('DEADLINE_EXCEEDED', `It was not up within ${detachedWithinSeconds} s; see ${logFile}.`);
    }
    await sleep(200);
  }
}

async function prepare(verbs: readonly string[], directory: string, options: CommandOptions, context: CommandContext) {
  const estate = await requireEstate(directory);
  const named = options['environment'];
  const environments = estate.environments.filter(
    ({ name, platform }) => platform === 'host' && (named === undefined || name === named),
  );
  if (environments.length === 0) {
    const which =
      named === undefined
        ? 'declares no environment of platform host'
        : `declares no host environment ${String(named)}`;
    throw new Fault(
      'ENVIRONMENT_UNKNOWN',
      `${directory} ${which}. Use \`plimsoll serve\` to watch those that run elsewhere.`,
    );
  }
  await requirePlatform(directory);
  const own = options['alone'] === true ? [] : ownProcesses(verbs, resolve(directory), environments, context);
  await rememberEstate(context.settings.stateDirectory, directory);
  return { directory, environments, postgresPort: portOption(options['postgresPort']), ownProcesses: own };
}

/** `plimsoll up`; `verbs` are the commands this Plimsoll has, such as `serve` and `load run`. */
export function createUpCommand(verbs: () => readonly string[]): CliCommand {
  return {
    usage: 'up [directory]',
    summary: 'Bring up the host environments of an estate, with the control plane beside them',
    effect: 'changes',
    examples: ['up examples/northsea', 'up examples/northsea --detach', 'up . --environment acme-prod --alone'],
    configure: (command) =>
      command
        .option('--detach', 'return once everything is up, and keep it running')
        .option('--environment <name>', 'only this environment')
        .option('--alone', 'without the control plane and the workload')
        .option('--postgres-port <port>', "port of the environment's own PostgreSQL (default 5470); remembered"),
    async run([given], options, context) {
      const directory = await estateDirectory(given, context.settings.stateDirectory);
      const request = await prepare(verbs(), directory, options, context);
      if (options['detach'] !== true) return runForeground(request, context);
      const passed = ['environment', 'postgresPort'].flatMap((name) => {
        const flag = name === 'environment' ? '--environment' : '--postgres-port';
        return options[name] === undefined ? [] : [flag, String(options[name])];
      });
      const argv = ['up', directory, ...passed, ...(options['alone'] === true ? ['--alone'] : [])];
      return runDetached(argv, context);
    },
  };
}
