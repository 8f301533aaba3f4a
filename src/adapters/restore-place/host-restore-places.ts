import { statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { hostPaths, hostUsers, odooRole } from '../../core/compile/host/index.ts';
import { type Bytes, createSecret, Fault } from '../../core/kernel/index.ts';
import type { OdooDatabase } from '../../ports/odoo-database.ts';
import type { Change, RestorePlace, RestorePlaces, ServedOdoo } from '../../ports/restore-place.ts';
import { asSuperuser, newPassword, ownedDirectory } from '../host/cluster.ts';
import { findOdooSoftware } from '../host/odoo-software.ts';
import { hostPlatformObstacle } from '../host/places.ts';
import { createLazyOdooDatabase } from '../odoo-database/lazy.ts';
import { awaitCluster, restoreDump, startCluster } from './database.ts';
import { makePlaceDirectory, removePlaceDirectory, sweepPlaces } from './directory.ts';
import { disturbanceOf, explainedWrite } from './disturbance.ts';
import { enclosureObstacle } from './enclosure.ts';
import { tellingGrowth } from './growth.ts';
import { layoutOf, requireShortRoot, socketsOf } from './layout.ts';
import { bootCopy, neutraliseCopy } from './odoo.ts';
import { restoreCluster } from './physical.ts';
import type { Place } from './place.ts';
import { openRelay, type Relay } from './relay.ts';
import { compactDatabase, releasePlace } from './release.ts';
import {
  createFilestoreWriter,
  emptyDirectory,
  listFilestore,
  odooOwner,
  requireDumpName,
  writeOwned,
} from './written.ts';

/** What a drill's copy is called inside its place: the source's own name comes from outside and is a path here. */
const databaseName = 'restored';

/** Room beyond what the backup itself says: the cluster's own files, its log, and what Odoo writes when it starts. */
const spareBytes: Bytes = 512 * 1024 * 1024;

export interface HostRestoreOptions {
  /** Below this directory places are made; each belongs to its maker alone. */
  readonly root: string;
  /** Where the unpacked Odoo is kept. */
  readonly cacheDirectory: string;
  /** Add-ons besides Odoo's own that copies run with. */
  readonly addonDirectories?: readonly string[] | undefined;
}

async function obstacleTo(): Promise<string | undefined> {
  return (await hostPlatformObstacle()) ?? (await enclosureObstacle());
}

async function requireRoom(root: string, needsBytes: Bytes): Promise<void> {
  const { bavail, bsize } = await statfs(root);
  const needed = needsBytes + spareBytes;
  if (bavail * bsize >= needed) return;
  const gibibytes = (bytes: number): string => (bytes / 1024 ** 3).toFixed(1);
  throw new Fault(
    'DISK_FULL',
    `A restored copy needs ${gibibytes(needed)} GiB in ${root}; ${gibibytes(bavail * bsize)} are free.`,
  );
}

async function changeAll(place: Place, changes: readonly Change[]): Promise<void> {
  await asSuperuser(
    place.layout,
    (sql) =>
      sql.begin(async (transaction) => {
        for (const { sql: text, values } of changes) await transaction.unsafe(text, [...(values as string[])]);
      }),
    place.databaseName,
  );
}

interface Opened {
  readonly place: Place;
  readonly relay: Relay;
  readonly database: OdooDatabase;
  /** Its PostgreSQL is made while files arrive already. */
  readonly started: Promise<void>;
  readonly isThrownAway: boolean;
}

function asRestorePlace(root: string, { place, relay, database, started, isThrownAway }: Opened): RestorePlace {
  const filestore = hostPaths(place.layout).filestore(place.databaseName);
  const owner = odooOwner();
  const served = new Set<ServedOdoo>();
  return {
    directory: place.directory,
    databaseName: place.databaseName,
    database,
    ready: () => started,
    writeDumpFile: async (path, content) => {
      requireDumpName(path);
      await writeOwned(join(place.dumpDirectory, path), content, await owner);
    },
    writeFile: createFilestoreWriter(filestore),
    listFiles: () => listFilestore(filestore),
    restoreDatabase: async ({ jobs, report, signal }) => {
      await started;
      signal?.throwIfAborted();
      await tellingGrowth(place, { report, detail: 'pg_restore' }, () => restoreDump(place, { jobs, signal }));
    },
    restoreCluster: async (options) => {
      await started;
      await restoreCluster(place, options);
    },
    neutralise: ({ signal } = {}) => neutraliseCopy(place, signal),
    change: (changes, { signal } = {}) => {
      signal?.throwIfAborted();
      return changeAll(place, changes);
    },
    boot: async (options) => {
      const odoo = await bootCopy(place, options);
      served.add(odoo);
      return odoo;
    },
    compact: ({ signal } = {}) => {
      signal?.throwIfAborted();
      return compactDatabase(place);
    },
    disturbedBy: () => disturbanceOf(place),
    release: async (name) => {
      if (isThrownAway) throw new Error('a place that is thrown away gives nothing away: its cluster is a copy');
      for (const odoo of served) await odoo.stop();
      await database.close();
      return releasePlace(place, name);
    },
    remove: async () => {
      await started.catch(() => undefined);
      await database.close();
      for (const odoo of served) await odoo.stop();
      await relay.close();
      await removePlaceDirectory(root, basename(place.directory));
    },
  };
}

/** Says DISK_FULL in every step that has no room, whichever of its writes that was. */
function withRoom(place: RestorePlace): RestorePlace {
  const saying =
    <Asked extends readonly unknown[], Answer>(step: (...asked: Asked) => Promise<Answer>) =>
    (...asked: Asked): Promise<Answer> =>
      step(...asked).catch((error: unknown) => Promise.reject(explainedWrite(error, place.directory)));
  return {
    ...place,
    ready: saying(place.ready),
    writeFile: saying(place.writeFile),
    restoreDatabase: saying(place.restoreDatabase),
    restoreCluster: saying(place.restoreCluster),
    neutralise: saying(place.neutralise),
    boot: saying(place.boot),
    release: saying(place.release),
  };
}

async function create(
  options: HostRestoreOptions,
  request: Parameters<RestorePlaces['create']>[0],
): Promise<RestorePlace> {
  const { root, cacheDirectory } = options;
  const { signal, isThrownAway = false, getsCluster = false } = request;
  requireShortRoot(root);
  const obstacle = await obstacleTo();
  if (obstacle !== undefined) throw new Fault('ISOLATION_IMPOSSIBLE', `No isolated place can be made: ${obstacle}.`);
  const software = await findOdooSoftware(cacheDirectory);
  if (software === undefined) {
    throw new Fault(
      'RESTORE_FAILED',
      `There is no unpacked Odoo in ${cacheDirectory}; \`plimsoll up\` puts one there.`,
    );
  }
  const directory = await makePlaceDirectory(root).catch((error: unknown) => {
    throw explainedWrite(error, root);
  });
  let relay: Relay | undefined;
  try {
    await requireRoom(root, request.needsBytes);
    relay = await openRelay(socketsOf(directory).postgres);
    const layout = await layoutOf(directory, software.directory, relay.port);
    const place: Place = {
      ...{
        directory,
        layout,
        dumpDirectory: join(directory, 'dump'),
        databaseName,
        addonDirectories: options.addonDirectories ?? [],
      },
      ...{ password: newPassword(), killed: new Set() },
    };
    await emptyDirectory(place.dumpDirectory);
    await ownedDirectory(hostPaths(layout).odooData, hostUsers.odoo);
    await ownedDirectory(join(hostPaths(layout).odooData, 'filestore'), hostUsers.odoo);
    await ownedDirectory(hostPaths(layout).filestore(databaseName), hostUsers.odoo);
    const started = getsCluster
      ? awaitCluster(place, signal)
      : startCluster(place, { copyFrom: isThrownAway ? cacheDirectory : undefined, signal });
    // Whoever waits for it sees its fault; until then it must not count as nobody's.
    started.catch(() => undefined);
    const url = `postgres://${odooRole}:${place.password}@127.0.0.1:${relay.port}/${databaseName}`;
    const database = createLazyOdooDatabase(async () => createSecret('database of a restored copy', url));
    return withRoom(asRestorePlace(root, { place, relay, database, started, isThrownAway }));
  } catch (error) {
    await relay?.close();
    await removePlaceDirectory(root, basename(directory));
    throw explainedWrite(error, directory);
  }
}

/** Places on this machine, each with a PostgreSQL and an Odoo of its own in an enclosure without a way out. */
export function createHostRestorePlaces(options: HostRestoreOptions): RestorePlaces {
  return {
    obstacle: obstacleTo,
    create: (request) => create(options, request),
    sweep: () => sweepPlaces(options.root),
  };
}
