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

/** For a program that is ending to say why. */
const lastWordsMilliseconds = 5_000;

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
}

type Identity = Awaited<ReturnType<typeof identityOf>>;

/**
 * Starts it. Whoever wants what it says must begin to read in this very turn: of a program that has ended, Node throws away
 * what nobody reads yet.
 */
function start({ stanza, layout }: Stanza, args: readonly string[], signal: AbortSignal, identity: Identity): Running {
  const [program = '', ...words] = pgbackrestCommand(stanza, layout, '--log-level-console=off', '--raw', ...args);
  const child = spawn(program, words, {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', PGPASSFILE: hostPaths(layout).pgbackrest.passwordFile },
    stdio: ['pipe', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
    ...identity,
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
      told.includes('No space left on device') ? 'REPOSITORY_FULL' : 'REPOSITORY_UNREACHABLE',
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
  const identity = await identityOf(hostUsers.postgres);
  const get = start(stanza, ['repo-get', path], boundOf(signal), identity);
  get.child.stdin?.end();
  return take(get, async () => undefined);
}

/** A text of ours that lies beside what pgBackRest keeps. */
export async function readText(stanza: Stanza, path: string, signal?: AbortSignal): Promise<string> {
  const identity = await identityOf(hostUsers.postgres);
  const get = start(stanza, ['repo-get', path], boundOf(signal), identity);
  get.child.stdin?.end();
  const chunks: Uint8Array[] = [];
  await take(get, async (chunk) => void chunks.push(chunk));
  return Buffer.concat(chunks).toString();
}

/** Lays a text of ours beside what pgBackRest keeps, in place of an earlier one. */
export async function putText(stanza: Stanza, path: string, text: string, signal?: AbortSignal): Promise<void> {
  const identity = await identityOf(hostUsers.postgres);
  const put = start(stanza, ['repo-put', path], boundOf(signal), identity);
  put.child.stdout?.resume();
  put.child.stdin?.on('error', () => undefined);
  put.child.stdin?.end(text);
  await put.ended;
}

/** A file to send. */
export interface ToSend {
  readonly path: string;
  /** How long it is; `undefined` where that changes. None is ever empty. */
  readonly bytes: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

function requireWhole({ path, bytes: expected }: ToSend, { bytes }: Sent): void {
  if (bytes > 0 && (expected === undefined || bytes === expected)) return;
  const message = `${path} was not read whole: ${bytes} of ${expected ?? 'an unknown number of'} bytes.`;
  throw new Fault('CONTENT_ALTERED', message, { details: { path } });
}

/** Sends a file from one repository to another as it lies there. The end of what is sent is given only when all was read. */
export async function sendRaw(from: Stanza, to: Stanza, file: ToSend): Promise<Sent> {
  const { path, signal } = file;
  const broken = new AbortController();
  const bound = AbortSignal.any([boundOf(signal), broken.signal]);
  const identity = await identityOf(hostUsers.postgres);
  const get = start(from, ['repo-get', path], bound, identity);
  get.child.stdin?.end();
  const put = start(to, ['repo-put', path], bound, identity);
  put.child.stdout?.resume();
  put.child.stdin?.on('error', () => undefined);
  // Where the target ends early, nobody reads any more.
  put.ended.catch(() => broken.abort());
  try {
    const sent = await take(get, async (chunk) => {
      if (put.child.stdin?.write(chunk) === false) await once(put.child.stdin, 'drain', { signal: bound });
    });
    requireWhole(file, sent);
    put.child.stdin?.end();
    await put.ended;
    return sent;
  } catch (error) {
    // Whichever is noticed first: that it has ended, or that nothing can be written to it any more.
    const isBroken = (error as { readonly code?: unknown }).code === 'EPIPE';
    const hasTargetEnded = broken.signal.aborted || isBroken;
    // It must never see the end of half a file: it would keep it as a whole one. One that ends by itself says why.
    if (isBroken) setTimeout(() => put.child.kill('SIGKILL'), lastWordsMilliseconds).unref();
    else put.child.kill('SIGKILL');
    signal?.throwIfAborted();
    throw await put.ended.then(
      () => error,
      (cause: unknown) => (hasTargetEnded ? cause : error),
    );
  }
}
