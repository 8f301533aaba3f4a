import { createHash } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../core/kernel/index.ts';

const answerWithinSeconds = 2;

function listen(address: string, holder: string): Promise<Server | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Server | undefined>();
  // Whoever asks is told who holds it, and may hang up before.
  const server = createServer((socket) => socket.on('error', () => {}).end(holder));
  server.unref();
  server.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') resolve(undefined);
    else reject(error);
  });
  server.listen(address, () => resolve(server));
  return promise;
}

/** A held lock; releasing it twice is harmless. */
export interface HeldLock {
  release(): Promise<void>;
}

const hold = (server: Server): HeldLock => ({
  release: () => new Promise((resolve) => server.close(() => resolve())),
});

/** An address in Linux's abstract socket namespace: exclusive while held, and gone with its holder, even after kill -9. */
function addressOf(name: string): string {
  return `\0plimsoll-${createHash('sha256').update(name).digest('hex').slice(0, 40)}`;
}

/**
 * Takes the machine-wide lock of that name, or answers `undefined` where another process holds it. `what` is told to those
 * who ask meanwhile.
 */
export async function tryLock(name: string, what = name): Promise<HeldLock | undefined> {
  const server = await listen(addressOf(name), `process ${process.pid}, ${what}`);
  return server === undefined ? undefined : hold(server);
}

/** Who holds the lock of that name, in its own words; `undefined` where nobody does, or it does not answer. */
export async function holderOf(name: string): Promise<string | undefined> {
  const socket = connect(addressOf(name));
  socket.setTimeout(answerWithinSeconds * 1_000, () => socket.destroy(new Error('no answer')));
  return text(socket).catch(() => undefined);
}

/** Waits for the lock. Throws DEADLINE_EXCEEDED when it is not free in time. */
export async function takeLock(
  name: string,
  options: {
    readonly waitSeconds: number;
    /** Told to those who ask who holds it. */
    readonly what?: string | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onWait?: () => void;
  },
): Promise<HeldLock> {
  const deadline = performance.now() + options.waitSeconds * 1_000;
  let hasWaited = false;
  for (;;) {
    options.signal?.throwIfAborted();
    const held = await tryLock(name, options.what);
    if (held !== undefined) return held;
    if (performance.now() >= deadline) {
      throw new Fault('DEADLINE_EXCEEDED', `Another process has held ${name} for ${options.waitSeconds} s.`);
    }
    if (!hasWaited) options.onWait?.();
    hasWaited = true;
    await sleep(100);
  }
}
