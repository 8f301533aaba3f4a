import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { answersSignals } from '../machine/answers-signals.ts';

/** What a running cluster says about itself in postmaster.pid. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly isReady: boolean;
}

interface ProcessFacts {
  readonly state: string;
  readonly startedAtSeconds: number;
}

/** Facts of a process from /proc, or undefined where there is none. */
function processFacts(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name is in parentheses and may hold anything, so fields count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const bootedAt = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1];
    // Field 22 (start time in ticks of 1/100 s) is the twentieth after the name and the state.
    return { state: fields[0] ?? '', startedAtSeconds: Number(bootedAt) + Number(fields[19]) / 100 };
  } catch {
    return undefined;
  }
}

/**
 * Whether the process lives and is the one that started then. A defunct process answers signals but is dead, and a
 * process id is used again after a reboot. Where there is no /proc, a signal is all we can ask.
 */
export function isAlive(pid: number, startedAtSeconds: number): boolean {
  const facts = processFacts(pid);
  if (facts === undefined) return processFacts(process.pid) === undefined && answersSignals(pid);
  if (facts.state === 'Z' || facts.state === 'X') return false;
  // The file keeps whole seconds and is written a moment after the start; boot time is whole seconds too.
  return Math.abs(facts.startedAtSeconds - startedAtSeconds) <= 10;
}

/** The postmaster that runs on the data directory; undefined where none does, whatever files say. */
export function runningPostmaster(data: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1 || !isAlive(pid, Number(lines[2]))) return undefined;
  return { pid, port: Number(lines[3]), isReady: lines[7]?.trim() === 'ready' };
}

/** Waits until the condition holds; answers whether it did before the time was over. */
export async function waitUntil(condition: () => boolean, seconds: number): Promise<boolean> {
  const deadline = performance.now() + seconds * 1_000;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await delay(25);
  }
  return true;
}

/** Stops a postmaster: first politely (fast shutdown), then at once; it recovers from its log at the next start. */
export async function stopPostmaster(data: string, pid: number): Promise<void> {
  const isGone = (): boolean => runningPostmaster(data)?.pid !== pid;
  for (const [signal, seconds] of [
    ['SIGINT', 20],
    ['SIGQUIT', 5],
    ['SIGKILL', 5],
  ] as const) {
    if (isGone()) return;
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    if (await waitUntil(isGone, seconds)) return;
  }
}
