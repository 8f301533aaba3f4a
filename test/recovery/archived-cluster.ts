import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { installPackages, missingPackages } from '../../src/adapters/host/apt.ts';
import { createCluster, writeClusterConfiguration } from '../../src/adapters/host/cluster.ts';
import { writeHostFiles } from '../../src/adapters/host/files.ts';
import { freePort, postgresBinaries } from '../../src/adapters/host/places.ts';
import { isAlive, type ProcessRecord, startProcess, stopProcess } from '../../src/adapters/host/processes.ts';
import { waitUntilReady } from '../../src/adapters/host/readiness.ts';
import { type ArchiveSecrets, createPgbackrest } from '../../src/adapters/pgbackrest/index.ts';
import {
  compileHost,
  type HostEnvironment,
  type HostLayout,
  type WalArchive,
} from '../../src/core/compile/host/index.ts';
import { createSecret, type Secret } from '../../src/core/kernel/index.ts';
import { hostPackages } from '../../src/core/provision/index.ts';
import type { PhysicalBackups } from '../../src/ports/physical-backup.ts';

export const quiet = { report: () => undefined };

/** A cluster of a test whose log is archived in a directory beside it. */
export interface ArchivedCluster {
  readonly root: string;
  readonly layout: HostLayout;
  readonly environment: HostEnvironment;
  readonly repositoryDirectory: string;
  readonly backups: PhysicalBackups;
  /** The same repository, opened with another passphrase. */
  openWith(passphrase: Secret): PhysicalBackups;
  start(): Promise<void>;
  stop(): Promise<'stopped' | 'killed' | 'was-gone'>;
  remove(): Promise<void>;
}

/** Starts PostgreSQL as the host platform compiles it, and waits until it answers. */
export async function startServer(layout: HostLayout, environment: HostEnvironment): Promise<ProcessRecord> {
  const [specification] = compileHost(environment, layout).processes;
  if (specification === undefined) throw new Error('the compiled environment has a database');
  const { record } = await startProcess({ ...specification, name: 'postgres' });
  await waitUntilReady('postgres', specification.ready, { withinSeconds: 60, isAlive: () => isAlive(record) });
  return record;
}

/** Where the log goes instead of into a directory beside the cluster. */
export interface ArchiveElsewhere {
  readonly repository: WalArchive['repository'];
  readonly s3: ArchiveSecrets['s3'];
}

/** Makes and starts a cluster and its archive, as `plimsoll up` does. */
export async function openArchivedCluster(name: string, elsewhere?: ArchiveElsewhere): Promise<ArchivedCluster> {
  const missing = await missingPackages(hostPackages);
  if (missing.length > 0) await installPackages(missing, quiet);
  const root = await mkdtemp('/tmp/plimsoll-physical-');
  await chmod(root, 0o755);
  const layout: HostLayout = {
    runtimeDirectory: join(root, name),
    softwareDirectory: '',
    launcherFile: '',
    postgresBinaries,
    ports: { postgres: await freePort(), web: 0, gevent: 0 },
  };
  const repositoryDirectory = join(root, 'repository');
  const archive: WalArchive = {
    stanza: name,
    archiveTimeoutSeconds: 60,
    repository: elsewhere?.repository ?? { kind: 'directory', directory: repositoryDirectory },
  };
  const workers = { web: 1, gevent: 1, cron: 1 };
  const environment = { name, database: name, workers, memoryBytes: 2 ** 30, isDisposable: false, archive };
  await createCluster(layout, quiet);
  const { files } = compileHost(environment, layout);
  await writeClusterConfiguration(layout, files[0]?.content ?? '');
  await writeHostFiles(files.filter(({ path }) => path.endsWith('pgbackrest.conf')));
  let server = await startServer(layout, environment);
  const openWith = (passphrase: Secret) =>
    createPgbackrest({ archive, layout, secrets: { passphrase, s3: elsewhere?.s3 } });
  const backups = openWith(createSecret('test', 'a passphrase of the test'));
  await backups.prepare();
  return {
    root,
    layout,
    environment,
    repositoryDirectory,
    backups,
    openWith,
    start: async () => {
      server = await startServer(layout, environment);
    },
    stop: () => stopProcess(server),
    remove: async () => {
      await stopProcess(server);
      await rm(root, { recursive: true, force: true });
    },
  };
}
