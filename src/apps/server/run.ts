import { createApp } from './create-app.ts';
import type { ServerDeps } from './deps.ts';
import { type Listening, listen } from './listen.ts';

/** A server's parts, put together by a wire file. */
export interface Runtime {
  readonly deps: ServerDeps;
  /** Background work, until the signal; resolves when it has ended and given up what it held. */
  start(signal: AbortSignal): Promise<void>;
  /** Closes what was opened: after the last request and the last work. */
  close(): Promise<void>;
}

/** Requests in flight get this long to finish. */
const finishWithinSeconds = 10;
/** Background work gets this long to come to a place where it can stop. */
const workWithinSeconds = 15;

async function atMost(work: Promise<unknown>, seconds: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), seconds * 1_000);
  });
  return Promise.race([work.then(() => true), over]).finally(() => clearTimeout(timer));
}

async function shutDown(runtime: Runtime, listening: Listening, work: Promise<void>): Promise<void> {
  await listening.stop(finishWithinSeconds);
  if (!(await atMost(work, workWithinSeconds))) {
    runtime.deps.log({ level: 'warn', message: `background work did not end within ${workWithinSeconds} s` });
  }
}

/**
 * Serves until the signal, then stops in order: no new requests, those in flight finish, background work ends, the store
 * closes. Rejects where the background work fails: a server that no longer observes must not look alive.
 */
export async function runServer(
  runtime: Runtime,
  place: { readonly host: string; readonly port: number },
  signal: AbortSignal,
  onListening: (url: string) => Promise<void>,
): Promise<void> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    let isAnnounced = false;
    // Who waits for us to be ready finds everything in place: the first way in is written when it is announced.
    const readiness = async () => (isAnnounced ? runtime.deps.readiness() : ['it has only begun to listen']);
    const app = createApp({ ...runtime.deps, readiness }, stopping.signal);
    const listening = await listen(app, place);
    const work = runtime.start(stopping.signal);
    let failure: unknown;
    const failed = work.catch((error: unknown) => {
      failure = error;
      stopping.abort(error);
    });
    await onListening(listening.url);
    isAnnounced = true;
    if (!stopping.signal.aborted) {
      await new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve(), { once: true }));
    }
    await shutDown(runtime, listening, failed);
    if (failure !== undefined) throw failure;
  } finally {
    signal.removeEventListener('abort', stop);
    await runtime.close();
  }
}
