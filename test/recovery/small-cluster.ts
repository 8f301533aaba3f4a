import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asSuperuser, createCluster, writeClusterConfiguration } from '../../src/adapters/host/cluster.ts';
import { runCommand } from '../../src/adapters/host/command.ts';
import { freePort, postgresBinaries } from '../../src/adapters/host/places.ts';
import { stopProcess } from '../../src/adapters/host/processes.ts';
import { compileHost, type HostLayout, hostPaths } from '../../src/core/compile/host/index.ts';
import { quiet, startServer } from './archived-cluster.ts';

/** A PostgreSQL of this test's own, with the lab's tables that are dumped: it may be killed. */
export async function openSmallCluster(from: { readonly databaseUrl: string; readonly programs: string }) {
  const root = await mkdtemp(join(tmpdir(), 'plimsoll-doomed-cluster-'));
  await chmod(root, 0o755);
  const ports = { postgres: await freePort(), web: 0, gevent: 0 };
  const layout: HostLayout = {
    ...{ runtimeDirectory: join(root, 'acme'), softwareDirectory: '', launcherFile: '', postgresBinaries, ports },
  };
  const workers = { web: 1, gevent: 1, cron: 1 };
  const environment = { name: 'acme', database: 'acme', workers, memoryBytes: 2 ** 30, isDisposable: false };
  await createCluster(layout, quiet);
  await writeClusterConfiguration(layout, compileHost(environment, layout).files[0]?.content ?? '');
  let server = await startServer(layout, environment);
  await asSuperuser(layout, (sql) => sql.unsafe('create database acme'));
  const password = await runCommand({
    command: ['cat', hostPaths(layout).superuserPasswordFile],
    timeoutSeconds: 5,
  });
  const url = `postgres://postgres:${password.join('').trim()}@127.0.0.1:${ports.postgres}/acme`;
  const copy = [
    `"$1/pg_dump" --no-owner --no-acl --section=pre-data --section=data --dbname="$2"`,
    `"${postgresBinaries}/psql" --quiet --dbname="$3" --output=/dev/null 2>/dev/null`,
  ].join(' | ');
  await runCommand({ command: ['sh', '-c', copy, 'copy', from.programs, from.databaseUrl, url], timeoutSeconds: 60 });
  return {
    url,
    start: async (): Promise<void> => {
      server = await startServer(layout, environment);
    },
    kill: async (): Promise<void> => {
      process.kill(server.pid, 'SIGKILL');
      await stopProcess(server);
    },
    remove: async (): Promise<void> => {
      await stopProcess(server);
      await rm(root, { recursive: true, force: true });
    },
  };
}
