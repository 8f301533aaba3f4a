import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { createFilestore } from '../adapters/backup-source/filestore.ts';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { freePort, isPortFree } from '../adapters/host/places.ts';
import { isNameTaken } from '../adapters/host/restore-target.ts';
import { roomAt } from '../adapters/object-store/room.ts';
import { createOdooAccess } from '../adapters/odoo/access.ts';
import { createLazyOdooDatabase } from '../adapters/odoo-database/lazy.ts';
import type { Environment, Estate, Repository } from '../core/estate/index.ts';
import { Fault } from '../core/kernel/index.ts';
import type { Actor } from '../core/ledger/index.ts';
import { hostPorts } from '../core/provision/index.ts';
import {
  type CopyPorts,
  logicalPoints,
  physicalReach,
  type Reduction,
  type RestoreView,
  restoreAssumptions,
} from '../core/recovery/index.ts';
import type { Store } from '../ports/store.ts';
import { lastBusinessRow, systemIdentifierOf } from '../workflows/recovery/ask-copy.ts';
import { backUp } from '../workflows/recovery/back-up.ts';
import { knownRestores } from '../workflows/recovery/known-restores.ts';
import { lookIntoArchive } from '../workflows/recovery/look-into-archive.ts';
import type { RestoreDependencies } from '../workflows/recovery/restore-parts.ts';
import type { Settings } from './settings.ts';
import { anonymiseKey, archiveOpener, physicalSourceOf, rememberedPort } from './wire-archive.ts';
import { openPlaces } from './wire-drill.ts';
import { bringUpOf, openDeclared, type Restorable } from './wire-machine.ts';
import { placeOf, runtimeDirectoryOf } from './wire-observe.ts';
import {
  backUpParts,
  commandLineWriter,
  newBackupId,
  openRepository,
  repositoryOf,
  sourceUrl,
} from './wire-recovery.ts';
import { addonsOf } from './wire-surroundings.ts';
import { openEnvironment } from './wire-up.ts';

/** Ports for a copy that nobody has now. */
export async function choosePorts(): Promise<CopyPorts> {
  const [postgres, web, gevent] = [await freePort(), await freePort(), await freePort()];
  return { postgres, web, gevent };
}

async function answers(environment: Environment): Promise<boolean> {
  const url = environment.connect.odoo?.url;
  if (typeof url !== 'string') return false;
  return fetch(new URL('/web/health', url), { signal: AbortSignal.timeout(3_000) }).then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** The environment on this machine, where it is one of ours and runs. */
async function isRunning(environment: Environment, estate: Estate, settings: Settings): Promise<boolean> {
  if (runtimeDirectoryOf(environment, settings.stateDirectory) === undefined) return false;
  const request = { settings, repositories: estate.repositories, deadlines: [] };
  const listed = await (await openEnvironment(environment, request)).components.list();
  return listed.some(({ component, isAlive }) => component !== 'postgres' && isAlive);
}

async function sourceState(
  environment: Environment,
  estate: Estate,
  settings: Settings,
): Promise<RestoreView['source']> {
  if ((await isRunning(environment, estate, settings)) || (await answers(environment))) return 'serving';
  const isOurs = runtimeDirectoryOf(environment, settings.stateDirectory) !== undefined;
  return isOurs || typeof environment.connect.odoo?.url === 'string' ? 'silent' : 'unknown';
}

/** What the database of the source says of itself now; `undefined` where it does not answer. */
async function askSource(
  environment: Environment,
  settings: Settings,
): Promise<{ readonly lastRowAt: Temporal.Instant | null; readonly systemIdentifier: string | undefined } | undefined> {
  const url = await sourceUrl(environment, settings).catch(() => undefined);
  if (url === undefined) return undefined;
  const database = createLazyOdooDatabase(async () => url);
  try {
    const limits = { signal: AbortSignal.timeout(20_000) };
    return {
      lastRowAt: await lastBusinessRow(database, limits),
      systemIdentifier: await systemIdentifierOf(database, limits),
    };
  } catch {
    // It does not answer, for whatever reason: that is an answer here.
    return undefined;
  } finally {
    await database.close();
  }
}

/** What an environment can be restored to, and what is there now. Changes nothing. */
export async function observeForRestore(
  environment: Environment,
  options: {
    readonly estate: Estate;
    readonly settings: Settings;
    readonly target: string;
    readonly isInPlace: boolean;
    /** What the ledger knows of earlier restores counts, where there is one. */
    readonly store: Store | undefined;
    /** Its copies lie here; the one that backups are written to where it is absent. */
    readonly repository?: Repository;
  },
): Promise<RestoreView> {
  const { estate, settings, target, isInPlace } = options;
  const declared = options.repository ?? repositoryOf(estate, environment);
  const repository = await openRepository(declared, settings);
  const { good } = await repository.list(environment.name);
  const manifests = good.map(({ manifest }) => manifest);
  const sight = await lookIntoArchive({ repository, openArchive: await archiveOpener(declared, settings) }, manifests);
  const source = await askSource(environment, settings);
  const now = systemClock.now();
  return {
    now,
    logical: logicalPoints(manifests),
    // While the source answers, everything up to now can be archived before it is restored.
    physical: physicalReach(manifests, sight, source === undefined ? undefined : now),
    systemIdentifier: source?.systemIdentifier,
    restores: options.store === undefined ? [] : await knownRestores(options.store, environment.name),
    unarchivedSeconds: restoreAssumptions.archiveTimeoutSeconds,
    source: await sourceState(environment, estate, settings),
    lastBusinessRowAt: source?.lastRowAt,
    canTakeSafetyBackup: source !== undefined && environment.connect.filestore !== undefined,
    target: await targetState(target, isInPlace, environment, settings),
    obstacle: await (await openPlaces(settings)).obstacle(),
    freeBytes: await roomAt(resolve(settings.stateDirectory)),
    unpackedBytes: new Map(
      manifests.map(({ id, source: { databaseBytes }, filestore }) => [id, databaseBytes + filestore.bytes]),
    ),
  };
}

/** Whether an environment runs on this machine's own platform host, so that there is a place to restore in. */
export function isRestorable(environment: Environment, settings: Settings): boolean {
  return runtimeDirectoryOf(environment, settings.stateDirectory) !== undefined;
}

async function targetState(
  target: string,
  isInPlace: boolean,
  environment: Environment,
  settings: Settings,
): Promise<RestoreView['target']> {
  const isThere = isInPlace
    ? runtimeDirectoryOf(environment, settings.stateDirectory) !== undefined
    : await isNameTaken(settings.stateDirectory, target);
  return isThere ? 'data' : 'nothing';
}

/** Opens a declared environment as the target; its ports must be free, and it gets one for PostgreSQL that is. */
export async function openDeclaredTarget(
  environment: Environment,
  estate: Estate,
  settings: Settings,
  isInPlace: boolean,
): Promise<Restorable> {
  if (isInPlace) return openDeclared(environment, estate.repositories, settings);
  const { web, gevent } = hostPorts(environment, undefined);
  for (const port of [web, gevent]) {
    if (await isPortFree(port)) continue;
    const message = `Port ${port}, which ${environment.name} would serve on, is held by another program.`;
    throw new Fault('PORT_IN_USE', message);
  }
  await rememberedPort(settings.stateDirectory, environment.name, await freePort());
  return openDeclared(environment, estate.repositories, settings);
}

/** What carrying out a restore needs. */
export async function restoreParts(
  environment: Environment,
  options: {
    readonly estate: Estate;
    readonly directory: string;
    readonly settings: Settings;
    readonly store: Store;
    readonly into: Restorable;
    readonly actor: Actor;
    readonly reduction?: Reduction;
    readonly repository?: Repository;
  },
): Promise<RestoreDependencies> {
  const { estate, settings, store, into, actor } = options;
  const declared = options.repository ?? repositoryOf(estate, environment);
  const { filestore } = environment.connect;
  const addons = await addonsOf(environment, settings);
  return {
    clock: systemClock,
    store,
    actor,
    repository: await openRepository(declared, settings),
    places: await openPlaces(settings, addons),
    addons,
    target: into.target,
    openCopy: ({ apiKey }) => createOdooAccess({ secrets: { resolve: async () => apiKey } }),
    jobs: Math.max(1, availableParallelism()),
    openArchive: await archiveOpener(declared, settings),
    mark: async ({ signal }) => {
      const source = await physicalSourceOf(environment, estate.repositories, settings);
      const marked = await source?.backups.mark({ signal }).catch(() => undefined);
      signal?.throwIfAborted();
      return marked;
    },
    sourceFiles: filestore && createFilestore(placeOf(filestore.directory, settings.stateDirectory)),
    safetyBackup: async ({ signal }) => {
      const parts = await backUpParts(estate, environment, { ...options, directory: options.directory });
      const id = newBackupId('logical');
      const request = { estate: estate.name, environment: environment.name, id, actor, isBeforeRestore: true, jobs: 2 };
      const manifest = await backUp(parts, {
        ...request,
        writer: commandLineWriter(id),
        report: () => {},
        signal: signal ?? new AbortController().signal,
      }).finally(() => parts.close());
      return manifest.id;
    },
    disguise: {
      rules: estate.dataClasses
        .filter(({ name }) => environment.dataClasses.includes(name))
        .flatMap(({ anonymise }) => anonymise),
      key: () => anonymiseKey(settings),
      reduction: options.reduction ?? {},
    },
    bringUp: bringUpOf(into),
  };
}
