// A Docker engine of the tests' own: its own data, socket and networks. It leaves the machine's tables and forwarding alone.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDocker, type Docker } from '../../src/adapters/docker/docker.ts';
import { type HeldLock, takeLock } from '../../src/adapters/host/lock.ts';
import {
  dropRecord,
  isAlive,
  readRecords,
  saveRecord,
  startProcess,
  stopProcess,
} from '../../src/adapters/host/processes.ts';
import { engineCache, enginePrograms } from './engine-programs.ts';

const records = join(engineCache, 'run');
const neededCapabilities = { netAdmin: 1n << 12n, sysAdmin: 1n << 21n } as const;

/** Why no engine can run here, where none can: a kernel that gives us no networks, mounts or control groups. */
export async function engineImpossible(): Promise<string | undefined> {
  const status = await readFile('/proc/self/status', 'utf8');
  const effective = BigInt(`0x${/^CapEff:\s+([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  const lacks = Object.entries(neededCapabilities).filter(([, bit]) => (effective & bit) === 0n);
  if (lacks.length > 0) return `this machine withholds ${lacks.map(([name]) => name).join(' and ')} from root`;
  const hasGroups = ['cgroup.controllers', 'devices'].some((name) => existsSync(join('/sys/fs/cgroup', name)));
  return hasGroups ? undefined : 'no control groups are mounted here';
}

function settings(directory: string, data: string, socket: string) {
  // Root may not be able to raise its limits, as inside another container or a small virtual machine.
  const limit = (name: string) => ({ Name: name, Hard: 4_096, Soft: 4_096 });
  return {
    'data-root': data,
    'exec-root': join(directory, 'exec'),
    pidfile: join(directory, 'pid'),
    hosts: [`unix://${socket}`],
    bridge: 'none',
    iptables: false,
    ip6tables: false,
    'ip-forward': false,
    'ip-masq': false,
    'default-ulimits': { nofile: limit('nofile'), nproc: limit('nproc') },
    'log-level': 'warn',
  };
}

/** The running engine. */
export interface TestEngine {
  readonly docker: Docker;
  /** What a process needs in its environment to use it. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

async function stopLeftOver(): Promise<void> {
  for (const record of await readRecords(records)) {
    await stopProcess(record);
    await dropRecord(records, record.name);
  }
}

async function waitForEngine(docker: Docker, lives: () => Promise<boolean>, logFile: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  while ((await docker.obstacle()) !== undefined) {
    if (performance.now() < deadline && (await lives())) {
      await sleep(200);
      continue;
    }
    throw new Error(`The engine did not start:\n${(await readFile(logFile, 'utf8')).slice(-2_000)}`);
  }
}

async function start(lock: HeldLock): Promise<TestEngine> {
  const programs = await enginePrograms();
  await stopLeftOver();
  const directory = await mkdtemp(join(tmpdir(), 'plimsoll-engine-'));
  const socket = join(directory, 'docker.sock');
  const logFile = join(directory, 'engine.log');
  const configuration = join(directory, 'daemon.json');
  await mkdir(join(engineCache, 'data'), { recursive: true });
  await writeFile(configuration, JSON.stringify(settings(directory, join(engineCache, 'data'), socket)));
  // No registry can be reached, wherever the tests run: what is pulled is what a test put there, or fails.
  const nowhere = { HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9' };
  const { record } = await startProcess({
    name: 'dockerd',
    command: ['dockerd', '--config-file', configuration],
    environment: { ...programs.environment, ...nowhere },
    directory: '/',
    logFile,
    stopSignal: 'SIGTERM',
    stopWithinSeconds: 60,
  });
  await saveRecord(records, record);
  const { PATH, DOCKER_CONFIG } = programs.environment;
  const environment = { PATH: PATH ?? '', DOCKER_CONFIG: DOCKER_CONFIG ?? '', DOCKER_HOST: `unix://${socket}` };
  const docker = createDocker(environment);
  const stop = async (): Promise<void> => {
    await stopProcess(record);
    await dropRecord(records, record.name);
    await rm(directory, { recursive: true, force: true });
    await lock.release();
  };
  try {
    await waitForEngine(docker, () => isAlive(record), logFile);
    const left = await docker.run(['ps', '--all', '--quiet'], { timeoutSeconds: 30 });
    if (left.length > 0) await docker.run(['rm', '--force', ...left], { timeoutSeconds: 120 });
    await docker.run(['network', 'prune', '--force'], { timeoutSeconds: 30 });
    return { docker, environment, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts the engine, alone on this machine. What a killed run left in it is removed first. */
export async function startEngine(): Promise<TestEngine> {
  const lock = await takeLock(engineCache, { waitSeconds: 600 });
  try {
    return await start(lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}
