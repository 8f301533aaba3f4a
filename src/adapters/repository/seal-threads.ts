import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Fault } from '../../core/kernel/index.ts';
import type { SealAnswer, SealResult, SealTask } from './seal-thread.ts';

interface Waiting {
  readonly resolve: (result: SealResult) => void;
  readonly reject: (error: Fault) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
}

/** More threads than this would starve the machine that is being backed up. */
const mostThreads = Math.min(4, Math.max(1, availableParallelism()));
const threads: Thread[] = [];
let nextId = 0;

function startThread(): Thread {
  const worker = new Worker(new URL('./seal-thread.ts', import.meta.url));
  const waiting = new Map<number, Waiting>();
  const thread = { worker, waiting };
  worker.on('message', (answer: SealAnswer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) worker.unref();
    if ('error' in answer) asked?.reject(new Fault('BACKUP_FAILED', `Content could not be sealed: ${answer.error}`));
    else asked?.resolve(answer.result);
  });
  worker.on('error', (cause) => {
    threads.splice(threads.indexOf(thread), 1);
    for (const { reject } of waiting.values()) {
      reject(new Fault('BACKUP_FAILED', `The thread that seals has died: ${String(cause)}`, { cause }));
    }
  });
  threads.push(thread);
  return thread;
}

/**
 * Asks the least busy thread. Threads are started as they are needed and keep no process alive that has nothing to wait
 * for; how much is asked at once is bounded by the repository's budget.
 */
export function askThread(task: SealTask, givenAway: ArrayBuffer[] = []): Promise<SealResult> {
  const idle = threads.find(({ waiting }) => waiting.size === 0);
  const leastBusy = threads.toSorted((a, b) => a.waiting.size - b.waiting.size)[0];
  const thread = idle ?? (threads.length < mostThreads || leastBusy === undefined ? startThread() : leastBusy);
  nextId += 1;
  const id = nextId;
  thread.worker.ref();
  return new Promise((resolve, reject) => {
    thread.waiting.set(id, { resolve, reject });
    thread.worker.postMessage({ id, task }, givenAway);
  });
}
