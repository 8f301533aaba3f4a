import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { createFileSigner } from '../adapters/evidence/file-signer.ts';
import { type HeldLock, holderOf, takeLock } from '../adapters/host/lock.ts';
import { machineCache, runtimeDirectoryFor } from '../adapters/host/places.ts';
import { createOdooAccess } from '../adapters/odoo/access.ts';
import { createHostRestorePlaces } from '../adapters/restore-place/host-restore-places.ts';
import type { Environment } from '../core/estate/index.ts';
import { Fault, type Seconds } from '../core/kernel/index.ts';
import type { AddonsVersion } from '../core/recovery/index.ts';
import type { RestorePlaces } from '../ports/restore-place.ts';
import { publishEvents } from '../workflows/publish-events.ts';
import type { RecordedDrillDependencies } from '../workflows/recovery/record-drill.ts';
import type { Settings } from './settings.ts';
import { archiveOpener } from './wire-archive.ts';
import { requireEstate } from './wire-estate.ts';
import { openRepository, repositoryOf } from './wire-recovery.ts';
import { type OpenStore, openStore } from './wire-store.ts';
import { addonsOf, usableAddons } from './wire-surroundings.ts';

const drillLock = 'drill';

/** A socket's path may not be long: a state directory deep down gets a short place for its drills elsewhere. */
const longestRoot = 60;

/** Where backups become an Odoo again, apart from everything. */
export async function openPlaces(settings: Settings, addons: readonly AddonsVersion[] = []): Promise<RestorePlaces> {
  const wanted = await runtimeDirectoryFor(settings.stateDirectory, 'drills');
  const key = createHash('sha256').update(wanted).digest('hex').slice(0, 12);
  const root = wanted.length <= longestRoot ? wanted : join('/var/lib/plimsoll', key, 'drills');
  return createHostRestorePlaces({
    root,
    cacheDirectory: machineCache,
    addonDirectories: usableAddons(addons, settings),
  });
}

/** Where drills are recorded; who listens to the server hears of them. Close it when done. */
export async function openDrillRecords(settings: Settings): Promise<OpenStore> {
  const opened = await openStore(settings, 'share');
  return { ...opened, store: publishEvents(opened.store, systemClock) };
}

/** What a drill of a declared environment needs, besides where it is recorded. */
export async function drillParts(
  directory: string,
  environment: Environment,
  settings: Settings,
): Promise<Omit<RecordedDrillDependencies, 'store' | 'actor'>> {
  const estate = await requireEstate(directory);
  const declared = repositoryOf(estate, environment);
  const addons = await addonsOf(environment, settings);
  return {
    clock: systemClock,
    repository: await openRepository(declared, settings),
    openArchive: await archiveOpener(declared, settings),
    places: await openPlaces(settings, addons),
    addons,
    openCopy: ({ apiKey }) => createOdooAccess({ secrets: { resolve: async () => apiKey } }),
    jobs: Math.max(1, availableParallelism()),
    signer: await createFileSigner(join(settings.stateDirectory, 'evidence-key.pem')),
  };
}

/**
 * One drill at a time on a machine: a restored copy is a second Odoo and a second PostgreSQL. The lock ends with the process
 * that holds it. Throws DRILL_UNDER_WAY with who holds it, where it is not free in time.
 */
export async function claimMachine(
  what: string,
  options: { readonly waitSeconds: Seconds; readonly signal: AbortSignal; readonly onWait?: () => void },
): Promise<HeldLock> {
  return takeLock(drillLock, { ...options, what }).catch(async (cause: unknown) => {
    if (!(cause instanceof Fault) || cause.code !== 'DEADLINE_EXCEEDED') throw cause;
    const holder = (await holderOf(drillLock)) ?? 'a process that does not say which';
    throw new Fault('DRILL_UNDER_WAY', `Another drill holds this machine: ${holder}.`, { cause });
  });
}

/** Removes what killed drills left; answers which places. */
export async function sweepDrills(settings: Settings): Promise<readonly string[]> {
  return (await openPlaces(settings)).sweep();
}
