import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** The variable that every process of a test run inherits, in whatever session it goes on. */
const variable = 'PLIMSOLL_TEST_RUN';
const lookEveryMilliseconds = 100;

/** What to start a process with so that it is known as one of that run. */
export const markOf = (run: string): Readonly<Record<string, string>> => ({ [variable]: run });

async function processesOf(run: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const isOurs = async (pid: number): Promise<boolean> => {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    return environment.split('\0').includes(`${variable}=${run}`);
  };
  const marked = await Promise.all(pids.map(async (pid) => ((await isOurs(pid)) ? [pid] : [])));
  return marked.flat().filter((pid) => pid !== process.pid);
}

function signal(pids: readonly number[], name: 'SIGTERM' | 'SIGKILL'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // Gone already.
    }
  }
}

/**
 * Ends what a run has started and left, also in sessions of its own: it is asked to stop, and what has not within the time is
 * killed. Answers how many were killed.
 */
export async function endProcessesOf(run: string, { withinSeconds }: { readonly withinSeconds: number }) {
  signal(await processesOf(run), 'SIGTERM');
  for (let waited = 0; waited < withinSeconds * 1_000; waited += lookEveryMilliseconds) {
    if ((await processesOf(run)).length === 0) return 0;
    await sleep(lookEveryMilliseconds);
  }
  const left = await processesOf(run);
  signal(left, 'SIGKILL');
  return left.length;
}
