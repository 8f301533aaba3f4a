import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Fault } from '../../core/kernel/index.ts';

export interface CommandRequest {
  /** The program and its arguments. No shell is involved. */
  readonly command: readonly string[];
  readonly timeoutSeconds: number;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly directory?: string | undefined;
  /** Run as this system user; as the caller where it is absent. */
  readonly user?: string | undefined;
  readonly input?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Every line of standard output and standard error as it comes. */
  readonly onLine?: ((line: string) => void) | undefined;
}

const systemPath = '/usr/sbin:/usr/bin:/sbin:/bin';
const keptLines = 400;

/** The numeric ids of a system user, or `undefined` where there is none. */
export async function systemUser(name: string): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  const passwd = await readFile('/etc/passwd', 'utf8');
  const line = passwd.split('\n').find((candidate) => candidate.startsWith(`${name}:`));
  if (line === undefined) return undefined;
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

/** The ids to run as, or an empty object for the caller's own. Throws COMMAND_FAILED for an unknown user. */
export async function identityOf(user: string | undefined): Promise<{ uid?: number; gid?: number }> {
  if (user === undefined) return {};
  const ids = await systemUser(user);
  if (ids === undefined) throw new Fault('COMMAND_FAILED', `There is no system user ${user}.`);
  // An unprivileged caller cannot change identity; where it is that user already, there is nothing to change.
  return process.getuid?.() === ids.uid ? {} : ids;
}

function collectLines(onLine: ((line: string) => void) | undefined) {
  const lines: string[] = [];
  let rest = '';
  const take = (line: string): void => {
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
    onLine?.(line);
  };
  return {
    lines,
    push: (chunk: string): void => {
      const parts = (rest + chunk).split(/\r?\n/);
      rest = parts.pop() ?? '';
      for (const line of parts) take(line);
    },
    end: (): void => {
      if (rest !== '') take(rest);
    },
  };
}

/**
 * Runs a program to its end and answers the last lines it printed (standard output and error together).
 * Throws COMMAND_FAILED with those lines, DEADLINE_EXCEEDED after the timeout, or the signal's reason.
 */
export async function runCommand(request: CommandRequest): Promise<readonly string[]> {
  const [program = '', ...args] = request.command;
  request.signal?.throwIfAborted();
  const identity = await identityOf(request.user);
  const output = collectLines(request.onLine);
  const child = spawn(program, args, {
    cwd: request.directory ?? '/',
    env: { PATH: systemPath, LANG: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive', ...request.environment },
    stdio: [request.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C reaches us alone, and a timeout ends the program with its children.
    detached: true,
    ...identity,
  });
  const kill = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // Already gone.
    }
  };
  child.stdin?.on('error', () => undefined).end(request.input);
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', output.push);
  const ended = Promise.withResolvers<{ code: number | null; signal: string | null }>();
  child.once('error', ended.reject).once('close', (code, signal) => ended.resolve({ code, signal }));
  let reason: 'timeout' | 'aborted' | undefined;
  const stop = (why: 'timeout' | 'aborted'): void => {
    reason = why;
    kill('SIGTERM');
    setTimeout(() => kill('SIGKILL'), 5_000).unref();
  };
  const timer = setTimeout(() => stop('timeout'), request.timeoutSeconds * 1_000);
  const abort = (): void => stop('aborted');
  request.signal?.addEventListener('abort', abort, { once: true });
  try {
    const { code, signal } = await ended.promise.catch((cause: unknown) => {
      throw new Fault('COMMAND_FAILED', `${program} could not be started.`, { cause });
    });
    output.end();
    // Killed from outside, it could not end its children: they would go on, and keep the locks that it held.
    if (signal !== null) kill('SIGKILL');
    if (reason === 'aborted') throw request.signal?.reason;
    judge(program, { code, signal, reason, lines: output.lines, timeoutSeconds: request.timeoutSeconds });
    return output.lines;
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener('abort', abort);
  }
}

function judge(
  program: string,
  end: {
    readonly code: number | null;
    readonly signal: string | null;
    readonly reason: string | undefined;
    readonly lines: readonly string[];
    readonly timeoutSeconds: number;
  },
): void {
  const lastLines = end.lines.slice(-12).join('\n');
  if (end.reason === 'timeout') {
    throw new Fault('DEADLINE_EXCEEDED', `${program} did not end within ${end.timeoutSeconds} s.`, {
      details: { program, lastLines },
    });
  }
  if (end.code === 0) return;
  const how = end.code === null ? `was ended by ${end.signal}` : `ended with exit code ${end.code}`;
  throw new Fault(
    'COMMAND_FAILED',
    `${program} ${how}: ${end.lines.findLast((line) => line.trim() !== '') ?? 'it printed nothing'}`,
    {
      details: { program, exitCode: end.code, signal: end.signal, lastLines },
    },
  );
}
