import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../core/kernel/index.ts';

const debianRoot = '/usr/lib/postgresql';

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * The directory with `pg_dump` and `pg_restore`: the newest that this machine has, for an old `pg_dump` refuses a newer
 * server and a new one reads an older. Throws BACKUP_FAILED where there is none.
 */
export async function findPostgresPrograms(given?: string): Promise<string> {
  const versions = (await readdir(debianRoot).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(debianRoot, version, 'bin'));
  const candidates = given === undefined ? [...newestFirst, '/usr/local/bin', '/usr/bin'] : [given];
  for (const directory of candidates) {
    if ((await isThere(join(directory, 'pg_dump'))) && (await isThere(join(directory, 'pg_restore')))) return directory;
  }
  const message = `There is no pg_dump in ${candidates.join(', ')}. Install the postgresql-client of your server's version.`;
  throw new Fault('BACKUP_FAILED', message);
}

/** Has the kernel end the program when its starter dies, also by kill -9: nobody would read what it writes. */
export const dieWithUs = ['/usr/bin/setpriv', '--pdeathsig', 'KILL', '--'] as const;
