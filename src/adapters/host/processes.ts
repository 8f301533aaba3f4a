import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Fault } from '../../core/kernel/index.ts';
import { identityOf } from './command.ts';

const recordSchema = z.strictObject({
  name: z.string(),
  pid: z.number().int().positive(),
  /** Clock ticks since boot at which the process started: a recycled pid has another. */
  startTicks: z.string(),
  stopSignal: z.enum(['SIGINT', 'SIGTERM']),
  stopWithinSeconds: z.number().positive(),
});

/** A process that we started, recognisable even after its pid was given to another. */
export type ProcessRecord = z.infer<typeof recordSchema>;

/** The start time of a living process; `undefined` where it is gone or only a zombie that nobody reaped. */
export async function startTicksOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  return state === 'Z' || state === 'X' ? undefined : fields[19];
}

/** Whether the very process that the record names still lives. */
export async function isAlive(record: Pick<ProcessRecord, 'pid' | 'startTicks'>): Promise<boolean> {
  return (await startTicksOf(record.pid)) === record.startTicks;
}

function signalGroup(pid: number, signal: NodeJS.Signals, scope: 'process' | 'group'): void {
  try {
    process.kill(scope === 'group' ? -pid : pid, signal);
  } catch {
    // Gone between the look and the signal.
  }
}

/**
 * Stops the recorded process: its own stop signal first, SIGKILL to its whole group when it does not end in time.
 * A process that merely wears the same pid is left alone.
 */
export async function stopProcess(record: ProcessRecord): Promise<'stopped' | 'killed' | 'was-gone'> {
  if (!(await isAlive(record))) return 'was-gone';
  signalGroup(record.pid, record.stopSignal, 'process');
  const deadline = performance.now() + record.stopWithinSeconds * 1_000;
  while (performance.now() < deadline) {
    if (!(await isAlive(record))) return 'stopped';
    await sleep(50);
  }
  if (await isAlive(record)) {
    signalGroup(record.pid, 'SIGKILL', 'group');
    // One that shares its starter's group, such as a bring-up in the foreground, is killed alone.
    signalGroup(record.pid, 'SIGKILL', 'process');
  }
  for (let attempt = 0; attempt < 100 && (await isAlive(record)); attempt += 1) await sleep(50);
  return 'killed';
}

export interface StartRequest {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user?: string | undefined;
  readonly directory: string;
  /** Receives standard output and standard error. */
  readonly logFile: string;
  readonly stopSignal: 'SIGINT' | 'SIGTERM';
  readonly stopWithinSeconds: number;
}

/** A process just started; `exited` tells how it ended, as only its parent can know. */
export interface StartedProcess {
  readonly record: ProcessRecord;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Starts a process in a session of its own, so that it outlives us and Ctrl-C does not reach it directly. */
export async function startProcess(request: StartRequest): Promise<StartedProcess> {
  const [program = '', ...args] = request.command;
  const identity = await identityOf(request.user);
  mkdirSync(dirname(request.logFile), { recursive: true });
  const log = openSync(request.logFile, 'a', 0o640);
  const child = spawn(program, args, {
    cwd: request.directory,
    env: { ...request.environment },
    detached: true,
    stdio: ['ignore', log, log],
    ...identity,
  });
  closeSync(log);
  const ended = Promise.withResolvers<{ code: number | null; signal: NodeJS.Signals | null }>();
  const started = Promise.withResolvers<void>();
  child.once('error', (error) => {
    started.reject(error);
    ended.resolve({ code: 127, signal: null });
  });
  child.once('exit', (code, signal) => ended.resolve({ code, signal }));
  child.once('spawn', started.resolve);
  await started.promise.catch((cause: unknown) => {
    throw new Fault('COMMAND_FAILED', `${request.name} could not be started: ${program}`, { cause });
  });
  const pid = child.pid ?? 0;
  const startTicks = (await startTicksOf(pid)) ?? 'ended';
  child.unref();
  const { name, stopSignal, stopWithinSeconds } = request;
  return { record: { name, pid, startTicks, stopSignal, stopWithinSeconds }, exited: ended.promise };
}

/** Remembers a process in a directory of records; the write is atomic. */
export async function saveRecord(directory: string, record: ProcessRecord): Promise<void> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, `${record.name}.json`);
  await writeFile(`${file}.new`, `${JSON.stringify(record)}\n`);
  await rename(`${file}.new`, file);
}

/** Forgets a process that is gone. */
export async function dropRecord(directory: string, name: string): Promise<void> {
  await rm(join(directory, `${name}.json`), { force: true });
}

/** Every remembered process, dead ones too. A record that was cut by a crash counts as none. */
export async function readRecords(directory: string): Promise<readonly ProcessRecord[]> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
  const records: ProcessRecord[] = [];
  for (const name of names) {
    const text = await readFile(join(directory, name), 'utf8').catch(() => '');
    try {
      records.push(recordSchema.parse(JSON.parse(text)));
    } catch {
      await rm(join(directory, name), { force: true });
    }
  }
  return records;
}
