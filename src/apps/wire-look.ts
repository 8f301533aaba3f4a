import { systemClock } from '../adapters/clock/system-clock.ts';
import { roomAt } from '../adapters/object-store/room.ts';
import { readBucketFacts } from '../adapters/object-store/s3/bucket-facts.ts';
import type { Repository } from '../core/estate/index.ts';
import { Fault } from '../core/kernel/index.ts';
import type { BackupRepository } from '../ports/backup-repository.ts';
import type { Store } from '../ports/store.ts';
import type { LookWorld } from '../workflows/recovery/look/gather.ts';
import type { Settings } from './settings.ts';
import { archiveOpener, physicalSourceOf } from './wire-archive.ts';
import { placeOf } from './wire-observe.ts';
import { bucketOptions, openRepository } from './wire-recovery.ts';

/** Recipients that do not exist yet seal nothing, and who only looks seals nothing either. */
export async function openToLook(declared: Repository, settings: Settings): Promise<BackupRepository> {
  return openRepository(declared, settings).catch((error: unknown) => {
    if (!(error instanceof Fault) || error.code !== 'SECRET_UNRESOLVED') throw error;
    return openRepository({ ...declared, sealedTo: [] }, settings);
  });
}

/** Ways to look at repositories and archives as this machine can. */
export function createLookWorld(settings: Settings, store: Store): LookWorld {
  return {
    clock: systemClock,
    store,
    openRepository: (declared) => openToLook(declared, settings),
    describePlace: async ({ at }) => {
      if (at.kind === 'directory') {
        return { freeBytes: await roomAt(placeOf(at.directory, settings.stateDirectory)), bucket: undefined };
      }
      return { freeBytes: undefined, bucket: await readBucketFacts(await bucketOptions(at, settings)) };
    },
    openPhysical: async (environment, estate) =>
      (await physicalSourceOf(environment, estate.repositories, settings))?.backups,
    openArchiveIn: (declared) => archiveOpener(declared, settings),
  };
}
