import { chmod, cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createBackupSource, createDumpInspector, createSpool } from '../../src/adapters/backup-source/index.ts';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { asSuperuser } from '../../src/adapters/host/cluster.ts';
import { runCommand } from '../../src/adapters/host/command.ts';
import { prepareOdooAccess } from '../../src/adapters/host/odoo-database.ts';
import { installLauncher, machineCache, postgresBinaries } from '../../src/adapters/host/places.ts';
import { createMemoryStore } from '../../src/adapters/memory/store.ts';
import { createOdooAccess } from '../../src/adapters/odoo/access.ts';
import { createArchiveOpener } from '../../src/adapters/pgbackrest/apart.ts';
import { createMemoryBackupRepository } from '../../src/adapters/repository/memory-repository.ts';
import { createHostRestorePlaces } from '../../src/adapters/restore-place/host-restore-places.ts';
import { type HostLayout, hostPaths, hostUsers } from '../../src/core/compile/host/index.ts';
import type { Environment } from '../../src/core/estate/index.ts';
import { createSecret } from '../../src/core/kernel/index.ts';
import type { DrillDependencies } from '../../src/workflows/recovery/dependencies.ts';
import type { BackUpDeps } from '../../src/workflows/recovery/parts.ts';
import { startLab } from '../lab/index.ts';
import { labEnvironment } from '../lab-environment.ts';
import { type ArchivedCluster, type ArchiveElsewhere, openArchivedCluster } from './archived-cluster.ts';
import { dumpLabDatabase } from './lab-dump.ts';

const database = 'acme';

/** Odoo's logistics database with its files in a cluster whose log is archived, and everything that recovers it. */
export interface PhysicalGround {
  readonly cluster: ArchivedCluster;
  /** The same cluster, with the unpacked Odoo of the lab. */
  readonly layout: HostLayout;
  readonly environment: Environment;
  readonly repository: Awaited<ReturnType<typeof createMemoryBackupRepository>>;
  readonly backup: BackUpDeps;
  readonly drill: DrillDependencies;
  /** The directory of pgBackRest's segments. */
  readonly segments: string;
  /** Below it are the places and what is opened of the repository. */
  readonly scratch: string;
  /** Whatever was done, no place and no opened archive is left. */
  expectNothingLeft(): Promise<void>;
  close(): Promise<void>;
}

async function bringIn(cluster: ArchivedCluster, layout: HostLayout): Promise<string> {
  const lab = await startLab();
  const source = await lab.createDatabase();
  const dump = await dumpLabDatabase(source);
  try {
    await prepareOdooAccess(layout);
    await asSuperuser(layout, (sql) => sql`create database acme owner odoo template template0`);
    const superuser = (await readFile(hostPaths(layout).superuserPasswordFile, 'utf8')).trim();
    const to = ['--host=127.0.0.1', `--port=${layout.ports.postgres}`, '--username=postgres', `--dbname=${database}`];
    await runCommand({
      command: [`${postgresBinaries}/pg_restore`, '--no-privileges', '--jobs=2', ...to, dump.directory],
      environment: { PGPASSWORD: superuser },
      timeoutSeconds: 300,
    });
    const filestore = hostPaths(layout).filestore(database);
    await cp(source.filestoreDirectory, filestore, { recursive: true });
    await runCommand({ command: ['chown', '-R', hostUsers.odoo, filestore], timeoutSeconds: 60 });
  } finally {
    await dump.remove();
    await source.drop();
  }
  const password = (await readFile(hostPaths(layout).passwordFile, 'utf8')).trim().split(':').at(-1);
  return `postgres://odoo:${password}@127.0.0.1:${cluster.layout.ports.postgres}/${database}`;
}

/** Prepares the ground of one test file; the physical backups lie in a directory, or elsewhere. */
export async function openPhysicalGround(elsewhere?: ArchiveElsewhere): Promise<PhysicalGround> {
  const lab = await startLab();
  const cluster = await openArchivedCluster(database, elsewhere);
  const launcherFile = await installLauncher(join(cluster.layout.runtimeDirectory, 'bin'));
  const layout = { ...cluster.layout, softwareDirectory: lab.layout.softwareDirectory, launcherFile };
  const url = await bringIn(cluster, layout);
  const scratch = await mkdtemp(join(tmpdir(), 'plimsoll-physical-ground-'));
  await chmod(scratch, 0o755);
  const source = createBackupSource({
    url: createSecret('url', url),
    filestoreDirectory: hostPaths(layout).filestore(database),
  });
  const repository = await createMemoryBackupRepository(systemClock);
  const place = elsewhere?.repository ?? { kind: 'directory', directory: cluster.repositoryDirectory };
  const around = {
    configuration: [],
    software: [],
    addons: [],
    estateDocuments: 0,
    build: undefined,
    integrations: [],
    declaredIntegrations: [],
  };
  const backup: BackUpDeps = {
    clock: systemClock,
    store: createMemoryStore(),
    source,
    repository,
    spool: createSpool(join(scratch, 'spool')),
    inspector: createDumpInspector(),
    surroundings: async () => around,
    physical: { backups: cluster.backups, place, passphrase: createSecret('test', 'a passphrase of the test') },
  };
  const places = join(scratch, 'p');
  const archives = join(scratch, 'archives');
  const drill: DrillDependencies = {
    clock: systemClock,
    repository,
    places: createHostRestorePlaces({ root: places, cacheDirectory: machineCache }),
    openArchive: createArchiveOpener({ root: archives, s3: elsewhere?.s3 }),
    openCopy: ({ apiKey }) => createOdooAccess({ secrets: { resolve: async () => apiKey } }),
    jobs: 2,
  };
  const left = (directory: string): Promise<readonly string[]> => readdir(directory).catch(() => []);
  return {
    cluster,
    layout,
    environment: labEnvironment({ url: 'http://127.0.0.1:9', database, login: lab.login }),
    repository,
    backup,
    drill,
    segments: join(cluster.repositoryDirectory, `archive/${database}/15-1/0000000100000000`),
    scratch,
    expectNothingLeft: async () => expect([await left(places), await left(archives)]).toEqual([[], []]),
    close: async () => {
      await source.close();
      await cluster.remove();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}
