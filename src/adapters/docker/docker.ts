import { Fault } from '../../core/kernel/index.ts';
import { type CommandRequest, runCommand } from '../host/command.ts';

/** The container engine of this machine, spoken to through its own command line: contexts and sign-ins stay the user's. */
export interface Docker {
  /** Runs `docker …` to its end and answers the last lines it printed. */
  run(
    args: readonly string[],
    options: Pick<CommandRequest, 'timeoutSeconds' | 'input' | 'environment' | 'onLine' | 'signal' | 'directory'>,
  ): Promise<readonly string[]>;
  /** Why containers cannot run here, in words for people; `undefined` where they can. */
  obstacle(): Promise<string | undefined>;
}

const inherited = /^(PATH|HOME|USER|DOCKER_\w+|XDG_\w+|SSH_AUTH_SOCK|(https?|no|all)_proxy)$/i;

const translations = [
  {
    code: 'ENGINE_UNREACHABLE',
    words:
      /cannot connect to the docker daemon|permission denied while trying to connect|is the docker daemon running/i,
  },
  { code: 'DISK_FULL', words: /no space left on device/i },
  { code: 'PORT_IN_USE', words: /port is already allocated|address already in use|ports are not available/i },
] as const;

/** Says the engine's own words as the fault that they mean. */
export function explainDocker(error: unknown): unknown {
  if (!(error instanceof Fault) || error.code !== 'COMMAND_FAILED') return error;
  const lines = `${error.details['lastLines'] ?? ''}\n${error.message}`.split('\n');
  for (const { code, words } of translations) {
    const line = lines.find((candidate) => words.test(candidate));
    if (line !== undefined) {
      return new Fault(code, `The Docker engine says: ${line.trim()}`, { cause: error, details: error.details });
    }
  }
  return error;
}

/** A remote engine mounts its own directories and listens on its own loopback: neither is ours. */
function remoteEngine(host: string | undefined): string | undefined {
  if (host === undefined || host === '' || /^(unix|npipe|fd):/.test(host)) return undefined;
  return `the Docker engine that DOCKER_HOST names (${host}) is not on this machine`;
}

async function findObstacle(docker: Pick<Docker, 'run'>, host: string | undefined): Promise<string | undefined> {
  const remote = remoteEngine(host);
  if (remote !== undefined) return remote;
  try {
    await docker.run(['version', '--format', '{{.Server.Version}}'], { timeoutSeconds: 20 });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.message.includes('could not be started')) return 'there is no `docker` command';
    return `the Docker engine does not answer (${error.message})`;
  }
  const version = await docker.run(['compose', 'version', '--short'], { timeoutSeconds: 20 }).catch(() => []);
  if (/^v?([2-9]|\d\d)\./.test(version.at(-1) ?? '')) return undefined;
  return 'Docker has no Compose 2 (packages docker-compose-plugin or, in newer Debian releases, docker-compose)';
}

/** The engine as the user's own environment reaches it: PATH, HOME, contexts, proxies; nothing else is passed on. */
export function createDocker(environment: Readonly<Record<string, string | undefined>>): Docker {
  const own = Object.fromEntries(
    Object.entries(environment).filter(
      (pair): pair is [string, string] => pair[1] !== undefined && inherited.test(pair[0]),
    ),
  );
  const run: Docker['run'] = (args, options) =>
    runCommand({ ...options, command: ['docker', ...args], environment: { ...own, ...options.environment } }).catch(
      (error: unknown) => {
        throw explainDocker(error);
      },
    );
  return { run, obstacle: () => findObstacle({ run }, environment['DOCKER_HOST']) };
}
