import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Of `postmaster.pid`, counted from zero: whose it is, and how far that is. */
const [pidLine, statusLine] = [0, 7];

/** Whether the PostgreSQL of a data directory is the process, and takes sessions: it says so in the directory itself. */
export async function isPostmasterOf(dataDirectory: string, pid: number): Promise<boolean> {
  const text = await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  return lines[pidLine] === String(pid) && lines[statusLine] === 'ready';
}
