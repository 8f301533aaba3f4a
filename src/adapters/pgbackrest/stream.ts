import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { hostPaths, hostUsers, pgbackrestCommand } from '../../core/compile/host/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import { identityOf } from '../host/command.ts';
import type { Stanza } from './run.ts';

/** What a file turned out to be: its sealed bytes, not what they hold. */
export interface Sent {
  readonly bytes: number;
  readonly sha256: string;
}

const keptBytes = 2_000;
/** One file, over a slow line. */
const longestMilliseconds = 4 * 3_600_000;

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
}

async function start({ stanza, layout }: Stanza, args: readonly string[], signal: AbortSignal): Promise<Running> {
  const [program = '', ...words] = pgbackrestCommand(stanza, layout, '--log-level-console=off', '--raw', ...args);
  const child = spawn(program, words, {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', PGPASSFILE: hostPaths(layout).pgbackrest.passwordFile },
    stdio: ['pipe', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
    ...(await identityOf(hostUsers.postgres)),
  });
  let told = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    told = `${told}${text}`.slice(-keptBytes);
  });
  const ended = (async () => {
    const [code] = (await once(child, 'close')) as [number | null];
    if (code === 0) return;
    signal.throwIfAborted();
    const said = /ERROR: \[\d+\]: (.*)/.exec(told)?.[1] ?? told.trim();
    throw new Fault(
      'REPOSITORY_UNREACHABLE',
      `pgBackRest could not do ${args[0]} of ${args[1]}: ${said || `it ended with ${code}`}`,
    );
  })();
  // Waited for below; until then its fault must not count as nobody's.
  ended.catch(() => undefined);
  return { child, ended };
}

const boundOf = (signal: AbortSignal | undefined): AbortSignal =>
  AbortSignal.any([AbortSignal.timeout(longestMilliseconds), ...(signal === undefined ? [] : [signal])]);

async function take({ child, ended }: Running, onChunk: (chunk: Uint8Array) => Promise<void>): Promise<Sent> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of child.stdout ?? []) {
    hash.update(chunk);
    bytes += chunk.byteLength;
    await onChunk(chunk);
  }
  await ended;
  return { bytes, sha256: hash.digest('hex') };
}

/** What a file of the repository is, read as it lies there. */
export async function readRaw(stanza: Stanza, path: string, signal?: AbortSignal): Promise<Sent> {
  const bound = boundOf(signal);
  const get = await start(stanza, ['repo-get', path], bound);
  get.child.stdin?.end();
  return take(get, async () => undefined);
}

/** Sends a file from one repository to another as it lies there. The end of what is sent is given only when all was read. */
export async function sendRaw(from: Stanza, to: Stanza, path: string, signal?: AbortSignal): Promise<Sent> {
  const broken = new AbortController();
  const bound = AbortSignal.any([boundOf(signal), broken.signal]);
  const get = await start(from, ['repo-get', path], bound);
  get.child.stdin?.end();
  const put = await start(to, ['repo-put', path], bound);
  put.child.stdout?.resume();
  put.child.stdin?.on('error', () => undefined);
  // Where the target ends early, nobody reads any more.
  put.ended.catch(() => broken.abort());
  try {
    const sent = await take(get, async (chunk) => {
      if (put.child.stdin?.write(chunk) === false) await once(put.child.stdin, 'drain', { signal: bound });
    });
    put.child.stdin?.end();
    await put.ended;
    return sent;
  } catch (error) {
    // It must never see the end of half a file: it would keep it as a whole one.
    put.child.kill('SIGKILL');
    signal?.throwIfAborted();
    throw await put.ended.then(
      () => error,
      (cause: unknown) => (broken.signal.aborted ? cause : error),
    );
  }
}
