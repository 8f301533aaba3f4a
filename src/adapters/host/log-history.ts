import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostUsers } from '../../core/compile/host/index.ts';
import { noteInPlace } from '../../core/recovery/index.ts';
import { ownedFile } from './cluster.ts';

/**
 * A cluster that was recovered where nothing is archived has begun a new line of the log, and nobody archives its history
 * later: whoever recovers from the archive then would follow the old line, and the next restore would give the new one's
 * name to another. PostgreSQL archives it first of all where it is told so. With it goes from when on the line is in place.
 */
export async function announceHistory(dataDirectory: string, since: Temporal.Instant): Promise<void> {
  const log = join(dataDirectory, 'pg_wal');
  const newest = (await readdir(log))
    .filter((name) => /^[0-9A-F]{8}\.history$/.test(name))
    .sort()
    .at(-1);
  if (newest === undefined) return;
  const history = await readFile(join(log, newest), 'utf8');
  await ownedFile(join(log, newest), noteInPlace(history, since), hostUsers.postgres);
  await ownedFile(join(log, 'archive_status', `${newest}.ready`), '', hostUsers.postgres);
}
