import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostPaths } from '../../core/compile/host/index.ts';
import type { StartedProcess } from '../host/processes.ts';
import type { Place } from './place.ts';

/** The postmaster's words for a process of its own that was killed; then it ends all others too, and starts anew. */
const lostProcess = /was terminated by signal 9\b.*/;

/** Remembers that a server of the place was ended by a signal that it cannot have raised itself. */
export function watchForKill(place: Place, { record, exited }: StartedProcess): void {
  void exited.then(({ signal }) => {
    if (signal === 'SIGKILL') place.killed.add(record.name);
  });
}

/** What killed the place's PostgreSQL, or a process of it; `undefined` where nothing did. */
export async function killedBy({ killed, layout }: Place): Promise<string | undefined> {
  if (killed.size > 0) return 'the PostgreSQL of the isolated place was killed (signal 9)';
  const paths = hostPaths(layout);
  for (const file of [paths.output('postgres'), join(paths.logDirectory, 'recovery.out')]) {
    const [lost] = lostProcess.exec(await readFile(file, 'utf8').catch(() => '')) ?? [];
    if (lost !== undefined) return `a process of the isolated place's PostgreSQL ${lost}`;
  }
  return undefined;
}
