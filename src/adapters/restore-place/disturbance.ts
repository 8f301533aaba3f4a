import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostPaths } from '../../core/compile/host/index.ts';
import { Fault, type FaultCode } from '../../core/kernel/index.ts';
import type { StartedProcess } from '../host/processes.ts';
import type { Place } from './place.ts';

/** The postmaster's words for a process of its own that was killed; then it ends all others too, and starts anew. */
const lostProcess = /was terminated by signal 9\b.*/;
/** What pg_restore says where one of its workers was, and also where one has told an error before it ended. */
const lostWorker = 'worker process died unexpectedly';
/** What every program says where its disk is full. */
const noRoom = 'No space left on device';

/**
 * Remembers that a server of the place was ended by a signal that it cannot have raised itself. Answers what to call before
 * we end it: from then on it is no disturbance.
 */
export function watchForKill(place: Place, { record, exited }: StartedProcess): () => void {
  let isOurs = false;
  void exited.then(({ signal }) => {
    if (signal === 'SIGKILL' && !isOurs) place.killed.add(record.name);
  });
  return () => {
    isOurs = true;
  };
}

/**
 * What ended a program that restores, where that was nothing of the backup's: its disk was full, or somebody killed it.
 * `undefined` where it ended by itself.
 */
export function disturbanceIn(fault: Fault, lines: readonly string[]): FaultCode | undefined {
  if (lines.some((line) => line.includes(noRoom))) return 'DISK_FULL';
  const errors = lines.filter((line) => line.startsWith('pg_restore: error:'));
  const isLost = errors.length > 0 && errors.every((line) => line.includes(lostWorker));
  return fault.details['signal'] === 'SIGKILL' || isLost ? 'COMMAND_FAILED' : undefined;
}

/** Whether there was no room left, by what the system says, or a program that ended with it among its last words. */
function saysNoRoom(error: unknown): boolean {
  if (error instanceof Fault) return String(error.details['lastLines'] ?? '').includes(noRoom);
  const code = (error as { readonly code?: unknown }).code;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** What is said where nothing can be written any more, as a fault. */
export function explainedWrite(error: unknown, path: string): unknown {
  if (!saysNoRoom(error)) return error;
  return new Fault('DISK_FULL', `There is no room left to write ${path}.`, { cause: error });
}

const looks = 4;
const betweenMilliseconds = 250;

/** What disturbed the place from outside, its PostgreSQL, its Odoo or its disk; `undefined` where nothing did. */
export async function disturbanceOf(place: Place): Promise<Fault | undefined> {
  // Whoever asked a server that was killed hears of it before its parent does, which writes it down.
  for (let look = 1; look < looks; look += 1) {
    const found = await lookForDisturbance(place);
    if (found !== undefined) return found;
    await sleep(betweenMilliseconds);
  }
  return lookForDisturbance(place);
}

async function lookForDisturbance({ killed, layout, directory }: Place): Promise<Fault | undefined> {
  const paths = hostPaths(layout);
  const told = [paths.output('postgres'), join(paths.logDirectory, 'recovery.out'), paths.output('web')];
  const texts = await Promise.all(told.map((file) => readFile(file, 'utf8').catch(() => '')));
  if (texts.some((text) => text.includes(noRoom))) {
    return new Fault('DISK_FULL', `there was no room left in ${directory}: free some, and try again`);
  }
  const [first] = killed;
  if (first !== undefined) {
    const name = first === 'web' ? 'Odoo' : 'PostgreSQL';
    return new Fault('COMMAND_FAILED', `the ${name} of the isolated place was killed (signal 9)`);
  }
  const [lost] = texts.flatMap((text) => lostProcess.exec(text) ?? []);
  if (lost === undefined) return undefined;
  return new Fault('COMMAND_FAILED', `a process of the isolated place's PostgreSQL ${lost}`);
}
