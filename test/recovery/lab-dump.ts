import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../src/adapters/host/command.ts';
import { postgresBinaries } from '../../src/adapters/host/places.ts';
import type { DumpFiles } from '../../src/ports/restore-place.contract.ts';
import type { LabDatabase } from '../lab/index.ts';

/** `pg_dump` in directory format of a lab database, as a backup would take it. */
export async function dumpLabDatabase(
  database: LabDatabase,
): Promise<{ readonly directory: string; readonly files: DumpFiles; remove(): Promise<void> }> {
  const parent = await mkdtemp(join(tmpdir(), 'plimsoll-dump-'));
  const directory = join(parent, 'dump');
  const pgDump = [`${postgresBinaries}/pg_dump`, '--format=directory', '--jobs=2', `--file=${directory}`];
  await runCommand({ command: [...pgDump, `--dbname=${database.url}`], timeoutSeconds: 120 });
  const names = (await readdir(directory)).sort();
  return {
    directory,
    files: new Map(names.map((name) => [name, () => createReadStream(join(directory, name))])),
    remove: () => rm(parent, { recursive: true, force: true }),
  };
}
