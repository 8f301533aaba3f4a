import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hostUsers } from '../../core/compile/host/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import { defaultPostgresPort } from '../../core/provision/index.ts';
import type { ExtractedCluster } from '../../ports/extraction.ts';
import { ownedFile } from '../host/cluster.ts';
import { systemUser } from '../host/command.ts';
import { freePort, isPortFree, isReachable, postgresBinaries } from '../host/places.ts';

/** The path of a socket has room for 107 bytes, of which its own name takes some. */
const longestSocketDirectory = 90;

/** As PostgreSQL reads it: whoever is PostgreSQL's user here comes in, everybody else needs the password they had. */
const wayIn = 'local all postgres peer\nlocal all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n';

/**
 * Settings that any machine can start it with. Queries wait for the end of the recovery (`hot_standby = off`), so that the
 * source's limits on connections need not be met.
 */
const settingsOf = (port: number, socketDirectory: string): string => `# Written by plimsoll restore --to-directory.
listen_addresses = '127.0.0.1'
port = ${port}
unix_socket_directories = '${socketDirectory.replaceAll("'", "''")}'
shared_buffers = '256MB'
hot_standby = off
archive_mode = off
`;

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Whether a cluster can be put there and started on this machine. Throws with what is missing. */
export async function requireClusterTools(directory: string): Promise<void> {
  const tools = ['/usr/bin/pgbackrest', `${postgresBinaries}/postgres`];
  const isReady =
    (await systemUser(hostUsers.postgres)) !== undefined && (await Promise.all(tools.map(isThere))).every(Boolean);
  if (!isReady) {
    const hint = 'apt-get install postgresql-15 pgbackrest';
    throw new Fault('PHYSICAL_UNAVAILABLE', `A cluster comes back by pgBackRest and PostgreSQL 15: ${hint}.`);
  }
  if (process.getuid?.() !== 0) {
    throw new Fault('PHYSICAL_UNAVAILABLE', `A cluster belongs to the user ${hostUsers.postgres}: run this as root.`);
  }
  if (await isReachable(dirname(directory))) return;
  const message = `The user ${hostUsers.postgres} may not pass through to ${directory}: name one below /srv, for instance.`;
  throw new Fault('SETTING_INVALID', message);
}

async function keep(dataDirectory: string, name: string, content: string): Promise<void> {
  const file = join(dataDirectory, name);
  const before = await readFile(file, 'utf8').catch(() => undefined);
  if (before !== undefined) await ownedFile(`${file}.source`, before, hostUsers.postgres);
  await ownedFile(file, content, hostUsers.postgres);
}

/** Fills a data directory, and makes it one that starts here. What its source had lies beside as `*.source`. */
export async function takeCluster(
  dataDirectory: string,
  fill: (dataDirectory: string) => Promise<void>,
): Promise<ExtractedCluster> {
  await fill(dataDirectory);
  const version = (await readFile(join(dataDirectory, 'PG_VERSION'), 'utf8')).trim();
  const binaries = `/usr/lib/postgresql/${version}/bin`;
  const port = (await isPortFree(defaultPostgresPort)) ? defaultPostgresPort : await freePort();
  const socketDirectory = dataDirectory.length <= longestSocketDirectory ? dataDirectory : '/tmp';
  await keep(dataDirectory, 'postgresql.conf', settingsOf(port, socketDirectory));
  await keep(dataDirectory, 'pg_hba.conf', wayIn);
  return { dataDirectory, binaries, port, socketDirectory };
}
