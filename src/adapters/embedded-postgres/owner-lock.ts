import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A lock that the kernel drops with the process, even on kill -9: nothing is ever left to heal. */
export interface OwnerLock {
  release(): void;
}

/**
 * Takes the lock, or answers `undefined` while another process holds it. SQLite's exclusive transaction is an fcntl
 * lock on the file: unlike a file with a process id in it, it cannot be stale and two takers cannot both win.
 */
export function takeOwnerLock(directory: string): OwnerLock | undefined {
  mkdirSync(directory, { recursive: true });
  const file = new DatabaseSync(join(directory, 'owner.lock'), { timeout: 0 });
  try {
    file.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === 5) return undefined;
    throw error;
  }
  writeFileSync(join(directory, 'owner.pid'), `${process.pid}\n`, { mode: 0o600 });
  return {
    release: () => {
      file.close();
    },
  };
}

/** Who holds or held the lock last, for a message: never for a decision. */
export function lastOwner(directory: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(join(directory, 'owner.pid'), 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}
