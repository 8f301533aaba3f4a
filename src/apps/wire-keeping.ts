import { randomUUID } from 'node:crypto';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { createBackupCopier } from '../adapters/repository/backup-repository.ts';
import type { Estate, LifecycleState, Repository } from '../core/estate/index.ts';
import type { Actor } from '../core/ledger/index.ts';
import type { BackupCopier } from '../ports/backup-copies.ts';
import type { Durable } from '../ports/durable.ts';
import type { Store } from '../ports/store.ts';
import type { DurableWork } from '../workflows/controller.ts';
import { followUp } from '../workflows/recovery/look/follow-up.ts';
import { defineRecoveryLooks, lookSoon, recoveryLookWorkOf } from '../workflows/recovery/look/schedule.ts';
import { defineKeepingWork } from '../workflows/recovery/schedule-keeping.ts';
import { definePruneWork, pruneWorkOf } from '../workflows/recovery/schedule-pruning.ts';
import { verifyBackup } from '../workflows/recovery/verify-backup.ts';
import { runVerifyTask } from '../workflows/recovery/verify-task.ts';
import type { Settings } from './settings.ts';
import { stanzaCopierOf } from './wire-archive.ts';
import { createLookWorld } from './wire-look.ts';
import { repositoryOptions, verifyParts } from './wire-recovery.ts';

interface KeepingParts {
  readonly settings: Settings;
  readonly store: Store;
  readonly durable: Durable;
  readonly estate: () => Estate;
  readonly actor: Actor;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** What the controller does with backups that are there. */
export interface Keeping {
  work(lifecycle: ReadonlyMap<string, LifecycleState>): readonly DurableWork[];
  /** What changed about an environment's recovery is seen at once, and not at the next look. */
  afterwards<Result>(environment: string, work: Promise<Result>): Promise<Result>;
}

/** Copies between two declared repositories with the keys that this machine has. */
export async function openCopier(from: Repository, to: Repository, settings: Settings): Promise<BackupCopier> {
  const physical = await stanzaCopierOf(from, to, settings);
  return createBackupCopier(await repositoryOptions(from, settings), await repositoryOptions(to, settings), physical);
}

/** Makes the looks at recovery and the keeping of backups known to the engine. */
export function wireKeeping({ settings, ...parts }: KeepingParts): Keeping {
  const deps = { ...parts, ...createLookWorld(settings, parts.store) };
  const { durable, estate } = parts;
  defineRecoveryLooks({ ...deps, looked: (view) => followUp(deps, view) });
  definePruneWork({ ...deps, clock: systemClock });
  defineKeepingWork({
    ...deps,
    openCopier: (from, to) => openCopier(from, to, settings),
    verify: async ({ name }, declared, backup, signal) => {
      const given = await verifyParts(declared, settings);
      const order = { id: randomUUID(), environment: name, backup, requestedBy: parts.actor, signal };
      return runVerifyTask({ store: parts.store, clock: systemClock }, order, (how) =>
        verifyBackup(given, { environment: name, backup, ...how }),
      );
    },
  });
  return {
    work: (lifecycle) => [...recoveryLookWorkOf(estate(), lifecycle), ...pruneWorkOf(estate())],
    afterwards: (environment, work) => work.finally(() => lookSoon(durable, environment, `after-${systemClock.now()}`)),
  };
}
