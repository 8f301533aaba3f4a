import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createBackupSource, createDumpInspector, createSpool } from '../../src/adapters/backup-source/index.ts';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { postgresBinaries } from '../../src/adapters/host/places.ts';
import { createPostgresStore, openPool } from '../../src/adapters/postgres/index.ts';
import { createSecret } from '../../src/core/kernel/index.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';
import type { BackUpDeps, BackUpRequest } from '../../src/workflows/recovery/parts.ts';
import { openSmallRepository } from './small-repository.ts';

/** Where the parts of a backup are, as one process tells it another. */
export interface SurvivalPlaces {
  readonly databaseUrl: string;
  readonly filestoreDirectory: string;
  /** The control plane's own database. */
  readonly storeUrl: string;
  /** Keys, programs, spool and repository lie below it. */
  readonly root: string;
}

/** The table that a test locks to hold a running `pg_dump` for as long as it likes. */
export const heldTable = 'ir_rule';
const dumpedTables = ['ir_attachment', 'ir_module_module', 'res_users', 'ir_config_parameter', heldTable];

/** PostgreSQL's own programs; `pg_dump` is narrowed to a few tables, after a command of the test's. */
export async function writePrograms(directory: string, before = ''): Promise<string> {
  await mkdir(directory, { recursive: true });
  const tables = dumpedTables.map((table) => `--table=public.${table}`).join(' ');
  await writeFile(
    join(directory, 'pg_dump'),
    `#!/bin/sh\n${before}\nexec ${postgresBinaries}/pg_dump ${tables} "$@"\n`,
  );
  await writeFile(join(directory, 'pg_restore'), `#!/bin/sh\nexec ${postgresBinaries}/pg_restore "$@"\n`);
  for (const name of ['pg_dump', 'pg_restore']) await chmod(join(directory, name), 0o755);
  return directory;
}

/** Everything that a backup needs, real: Odoo's database and files, the control plane's database, a sealed repository. */
export async function openSurvivalParts(
  places: SurvivalPlaces,
  changes: { readonly objects?: ObjectStore; readonly spool?: string; readonly programs?: string } = {},
) {
  const { root, databaseUrl, filestoreDirectory } = places;
  const programs = changes.programs ?? join(root, 'programs');
  const pool = openPool(places.storeUrl, { maxConnections: 3 });
  const source = createBackupSource({ url: createSecret('url', databaseUrl), filestoreDirectory, programs });
  const repository = await openSmallRepository(root, changes.objects);
  // The narrowed dump holds none of the other tables that are counted.
  const counted: BackUpDeps['source'] = {
    ...source,
    openSnapshot: async (options) => {
      const snapshot = await source.openSnapshot(options);
      const describe: typeof snapshot.describe = async (given) => {
        const facts = await snapshot.describe(given);
        return { ...facts, rowCounts: facts.rowCounts.filter(({ table }) => dumpedTables.includes(table)) };
      };
      return { ...snapshot, describe };
    },
  };
  const deps: BackUpDeps = {
    clock: systemClock,
    store: createPostgresStore(pool),
    source: counted,
    repository,
    spool: createSpool(changes.spool ?? join(root, 'spool')),
    inspector: createDumpInspector(programs),
    surroundings: async () => ({
      configuration: [],
      software: [],
      estateDocuments: 0,
      build: undefined,
      addons: [],
      integrations: [],
      declaredIntegrations: [],
    }),
  };
  const close = async (): Promise<void> => {
    await source.close();
    await pool.end({ timeout: 5 });
  };
  return { deps, repository, close };
}

/** A request for the backup of that id, by the writer that takes its own claim over. */
export function survivalRequest(id: string, changes: Partial<BackUpRequest> = {}): BackUpRequest {
  return {
    estate: 'lab',
    environment: 'acme',
    id,
    writer: id,
    actor: { kind: 'cli', name: 'test' },
    jobs: 2,
    report: () => {},
    ...changes,
  };
}
