import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Environment } from '../../../core/estate/index.ts';
import { Fault } from '../../../core/kernel/index.ts';
import { seededWarehouses, type UpPlatform } from '../../../core/provision/index.ts';
import { estateDirectory, rememberEstate } from '../../estate-directory.ts';
import { requireEstate } from '../../wire-estate.ts';
import { beginSupervision, type OwnProcess, stopEverything } from '../../wire-up.ts';
import type { CliCommand, CommandContext, CommandOptions } from '../command.ts';
import { alreadyUp, announceReady } from '../up/announce.ts';
import { runDetached } from '../up/detached.ts';
import { bringAllUp, decidePlatforms, superviseAll, type UpRequest } from '../up/session.ts';

const modestProfile = resolve(import.meta.dirname, '../../../../examples/load/modest.yaml');

function portOption(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1_024 || port > 65_535) {
    throw new Fault('SETTING_INVALID', `--postgres-port: ${String(value)} is not a port from 1024 to 65535`);
  }
  return port;
}

function platformOption(value: unknown): UpPlatform | undefined {
  if (value === undefined || value === 'host' || value === 'compose') return value;
  throw new Fault('SETTING_INVALID', `--platform: ${String(value)} is not one of host, compose`);
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
    own.push({ component: 'serve', why, args, healthUrl: new URL('/readyz', server).href });
  }
  const loaded = environments.find((environment) => environment.isLab);
  if (verbs.includes('load run') && loaded !== undefined && existsSync(modestProfile)) {
    // Seven days is the longest the driver takes; the supervisor starts it again when they are over.
    const args = ['load', 'run', loaded.name, '--estate', directory, '--profile', modestProfile, '--for', '7d'];
    const codes = seededWarehouses(loaded);
    if (codes.length > 0) args.push('--warehouses', codes.join(','));
    own.push({ component: 'workload', why: 'a modest flow of orders, picks and receipts', args });
  }
  return own;
}

async function runForeground(request: UpRequest, context: CommandContext): Promise<number> {
  const { settings, output, signal } = context;
  const supervision = await beginSupervision(settings.stateDirectory);
  if (supervision === undefined) return alreadyUp(context);
  const startedAt = performance.now();
  // Ctrl-C ends what is up as it should end; it interrupts only what is still on its way.
  let isUp = false;
  try {
    const { tables, running, steps } = await bringAllUp(request, context);
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    const portal = running.includes('serve') ? settings.serverUrl : null;
    isUp = true;
    await announceReady(request, { portal, seconds, steps }, context);
    const environments = request.environments.map(({ name }) => name);
    await supervision.announce({ portal, environments, seconds, steps: [...steps] });
    await superviseAll(tables, context);
    return 0;
  } catch (error) {
    if (!signal.aborted) throw error;
    return isUp ? 0 : 130;
  } finally {
    output.note('Stopping what was started …');
    const stopped = await stopEverything(settings).catch((error: unknown) => {
      output.note(`${error instanceof Error ? error.message : String(error)} \`plimsoll down\` tries again.`);
      return [];
    });
    output.note(`Stopped ${stopped.map(({ component }) => component).join(', ') || 'nothing: nothing ran'}.`);
    await supervision.end();
  }
}

async function prepare(verbs: readonly string[], directory: string, options: CommandOptions, context: CommandContext) {
  const estate = await requireEstate(directory);
  const named = options['environment'];
  const environments = estate.environments.filter(
    ({ name, platform }) => platform !== 'kubernetes' && (named === undefined || name === named),
  );
  if (environments.length === 0) {
    const which =
      named === undefined
        ? 'declares no environment of platform host or compose'
        : `declares no environment ${String(named)} of platform host or compose`;
    throw new Fault(
      'ENVIRONMENT_UNKNOWN',
      `${directory} ${which}. Use \`plimsoll serve\` to watch those that run elsewhere.`,
    );
  }
  const platforms = await decidePlatforms(environments, platformOption(options['platform']), context);
  const own = options['alone'] === true ? [] : ownProcesses(verbs, resolve(directory), environments, context);
  await rememberEstate(context.settings.stateDirectory, directory);
  const postgresPort = portOption(options['postgresPort']);
  const { repositories } = estate;
  return { directory, environments, repositories, platforms, postgresPort, ownProcesses: own };
}

/** `plimsoll up`; `verbs` are the commands this Plimsoll has, such as `serve` and `load run`. */
export function createUpCommand(verbs: () => readonly string[]): CliCommand {
  return {
    usage: 'up [directory]',
    summary: 'Bring up the environments of an estate on this machine, with the control plane beside them',
    effect: 'changes',
    examples: [
      'up examples/northsea',
      'up examples/northsea --detach',
      'up examples/northsea --platform compose',
      'up . --environment acme-prod --alone',
    ],
    configure: (command) =>
      command
        .option('--detach', 'return once everything is up, and keep it running')
        .option('--environment <name>', 'only this environment')
        .option(
          '--platform <platform>',
          "host (Debian's packages) or compose (a Docker engine); the declared one, or what this machine can",
        )
        .option('--alone', 'without the control plane and the workload')
        .option('--postgres-port <port>', "port of the environment's own PostgreSQL (default 5470); remembered"),
    async run([given], options, context) {
      const directory = await estateDirectory(given, context.settings.stateDirectory);
      const request = await prepare(verbs(), directory, options, context);
      if (options['detach'] !== true) return runForeground(request, context);
      const flags = { environment: '--environment', platform: '--platform', postgresPort: '--postgres-port' };
      const passed = Object.entries(flags).flatMap(([name, flag]) =>
        options[name] === undefined ? [] : [flag, String(options[name])],
      );
      const argv = ['up', directory, ...passed, ...(options['alone'] === true ? ['--alone'] : [])];
      return runDetached(argv, context);
    },
  };
}
