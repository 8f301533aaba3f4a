import { open, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Readiness } from '../../core/compile/host/index.ts';
import { Fault } from '../../core/kernel/index.ts';

/** A session's opening message for the role and database `postgres`. */
function startupMessage(): Buffer {
  const parameters = Buffer.from('user\0postgres\0database\0postgres\0\0');
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + parameters.length, 0);
  head.writeInt32BE(196_608, 4);
  return Buffer.concat([head, parameters]);
}

/** As `pg_isready` judges: a server that starts up or shuts down answers with SQLSTATE 57P03, any other answer means up. */
function acceptsSessions(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 });
  const answer = (is: boolean): void => {
    socket.destroy();
    resolve(is);
  };
  for (const event of ['error', 'timeout', 'close'] as const) socket.once(event, () => answer(false));
  socket.once('connect', () => socket.write(startupMessage()));
  socket.once('data', (data) => answer(!data.includes('57P03')));
  return promise;
}

async function answersHttp(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

async function logHolds(file: string, text: string, fromByte: number): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return false;
  try {
    const { size } = await handle.stat();
    const from = size < fromByte ? 0 : fromByte;
    const buffer = Buffer.alloc(Math.min(size - from, 1024 * 1024));
    await handle.read(buffer, 0, buffer.length, from);
    return buffer.includes(text);
  } finally {
    await handle.close();
  }
}

/** Where a log ends now, so that readiness looks only at what a new process writes. */
export async function logEnd(readiness: Readiness): Promise<number> {
  if (readiness.kind !== 'log') return 0;
  return (await stat(readiness.file).catch(() => undefined))?.size ?? 0;
}

/** Whether the process counts as up at this moment. */
export function isReady(readiness: Readiness, logFromByte = 0): Promise<boolean> {
  if (readiness.kind === 'at-once') return Promise.resolve(true);
  if (readiness.kind === 'http') return answersHttp(readiness.url);
  if (readiness.kind === 'postgres') return acceptsSessions(readiness.port);
  return logHolds(readiness.file, readiness.text, logFromByte);
}

/** What starts fast is asked soon again, what takes its time less often. */
const pausesMilliseconds = { first: 10, longest: 100, growth: 1.5 } as const;

/**
 * Waits until the process is up. Throws DEADLINE_EXCEEDED, or COMMAND_FAILED as soon as `isAlive` says that it ended. `isOurs`
 * says whether what answers is that process: a port that somebody else holds answers as well.
 */
export async function waitUntilReady(
  name: string,
  readiness: Readiness,
  options: {
    readonly withinSeconds: number;
    readonly logFromByte?: number;
    readonly isAlive: () => Promise<boolean>;
    readonly isOurs?: () => Promise<boolean>;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<void> {
  const deadline = performance.now() + options.withinSeconds * 1_000;
  const { isOurs = async () => true } = options;
  const { first, longest, growth } = pausesMilliseconds;
  for (let pause: number = first; ; pause = Math.min(longest, pause * growth)) {
    options.signal?.throwIfAborted();
    if ((await isReady(readiness, options.logFromByte)) && (await isOurs())) return;
    if (!(await options.isAlive())) throw new Fault('COMMAND_FAILED', `${name} ended before it was ready.`);
    if (performance.now() >= deadline) {
      throw new Fault('DEADLINE_EXCEEDED', `${name} was not ready within ${options.withinSeconds} s.`);
    }
    await sleep(pause);
  }
}
