import { systemClock } from '../adapters/clock/system-clock.ts';
import type { Environment, Estate, LifecycleState } from '../core/estate/index.ts';
import type { Actor } from '../core/ledger/index.ts';
import type { Durable } from '../ports/durable.ts';
import type { Store } from '../ports/store.ts';
import type { DurableWork } from '../workflows/controller.ts';
import { backUp, outcomeOfBackup } from '../workflows/recovery/back-up.ts';
import { drillOptionsOf, outcomeOfDrill } from '../workflows/recovery/drill-task.ts';
import { defineExpiryWork, expiryWork } from '../workflows/recovery/expire-copies.ts';
import { markFiles } from '../workflows/recovery/mark-files.ts';
import { runRecordedDrill } from '../workflows/recovery/record-drill.ts';
import { runTask, type TaskHandle } from '../workflows/recovery/run-task.ts';
import {
  backupWorkOf,
  defineBackupWork,
  planBackupSoon,
  startBackupNow,
  type WantedBackup,
} from '../workflows/recovery/schedule-backups.ts';
import {
  type DrillAnswer,
  defineDrillWork,
  drillWorkOf,
  startDrill,
  type WantedDrill,
} from '../workflows/recovery/schedule-drills.ts';
import { startCopiesNow } from '../workflows/recovery/schedule-keeping.ts';
import { defineMarkWork, markWorkOf } from '../workflows/recovery/schedule-marks.ts';
import { defineTaskKeeping, taskKeepingWork } from '../workflows/recovery/schedule-tasks.ts';
import type { Requests } from './server/deps.ts';
import type { Settings } from './settings.ts';
import { physicalSourceOf } from './wire-archive.ts';
import { claimMachine, drillParts } from './wire-drill.ts';
import { wireKeeping } from './wire-keeping.ts';
import { createKeys } from './wire-keys.ts';
import { copiesHere } from './wire-machine.ts';
import { runtimeDirectoryOf } from './wire-observe.ts';
import { backUpParts, markParts, newBackupId, repositoryOf } from './wire-recovery.ts';
import { wireRequests } from './wire-requests.ts';

interface RecoveryParts {
  readonly settings: Settings;
  readonly directory: string;
  readonly store: Store;
  readonly durable: Durable;
  readonly estate: () => Estate;
  readonly actor: Actor;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** What the controller does for recovery, by itself and on request. */
export interface RecoveryWork {
  /** The looks at whether a backup or a drill is due, and at how recovery stands. */
  work(lifecycle: ReadonlyMap<string, LifecycleState>): readonly DurableWork[];
  startBackup(environment: Environment, requestedBy: Actor): Promise<string>;
  startCopies(environment: Environment): Promise<readonly string[]>;
  canArchive(environment: Environment): Promise<boolean>;
  startDrill(environment: Environment, backup: string | undefined, requestedBy: Actor): Promise<DrillAnswer>;
  readonly requests: Requests;
  /** Cancels a drill under way: a restored copy is not worth waiting for. */
  cancel(): void;
}

/** Longer than any drill takes, so that one that hangs elsewhere does not hold this controller for good. */
const longestDrillSeconds = 3_600;

/** Takes backups for the controller. A laboratory gets its keys made; elsewhere people make them, and keep a copy. */
function backupTaker({ settings, directory, store, estate, actor }: RecoveryParts) {
  return async (environment: Environment, id: string, wanted: WantedBackup): Promise<void> => {
    const declared = estate();
    const { name } = environment;
    const what = { id, kind: 'backup', environment: name, backup: id, target: null, requestedBy: actor } as const;
    await runTask({ store, clock: systemClock }, what, async ({ signal }) => {
      if (environment.isLab) await createKeys(repositoryOf(declared, environment), settings);
      const backup = await backUpParts(declared, environment, { settings, directory, store });
      const request = { estate: declared.name, environment: name, id, writer: id, actor, wanted, jobs: 2, signal };
      const taken = backUp(backup, { ...request, report: () => {} });
      return outcomeOfBackup(await taken.finally(() => backup.close()));
    });
  };
}

/** Continues files between physical backups, for the controller. */
function fileMarker({ settings, estate }: RecoveryParts) {
  return async (environment: Environment) => {
    const parts = await markParts(estate(), environment, settings);
    const writer = `files of ${environment.name} by ${process.pid}`;
    return markFiles(parts, { environment: environment.name, writer }).finally(() => parts.close());
  };
}

/** Drills for the controller, one at a time on a machine: a restored copy is a second Odoo and a second PostgreSQL. */
function drillRunner({ settings, directory, store, actor }: RecoveryParts, signal: AbortSignal) {
  const drill = async (environment: Environment, backup: string | undefined, task: TaskHandle) => {
    const parts = await drillParts(directory, environment, settings);
    const options = { ...drillOptionsOf(task), backup };
    return outcomeOfDrill(await runRecordedDrill({ ...parts, store, actor }, environment, options));
  };
  return async (environment: Environment, { backup, task: id }: WantedDrill, isWanted: () => Promise<boolean>) => {
    const { name } = environment;
    const order = { id, kind: 'drill', environment: name, backup: backup ?? null, target: null, signal } as const;
    await runTask({ store, clock: systemClock }, { ...order, requestedBy: actor }, async (task) => {
      task.report({ step: 'waiting until this machine is free' });
      const what = `the controller's drill of ${name}`;
      const lock = await claimMachine(what, { waitSeconds: longestDrillSeconds, signal: task.signal });
      try {
        if (await isWanted()) return await drill(environment, backup, task);
        return { result: undefined, outcome: 'Another drill came first, and showed it.' };
      } finally {
        await lock.release();
      }
    });
  };
}

/** Makes backups and drills known to the engine. Drills are for environments that this machine runs: it has their Odoo. */
export function wireRecoveryWork(parts: RecoveryParts): RecoveryWork {
  const { settings, store, durable, estate, log } = parts;
  const stopping = new AbortController();
  const common = { clock: systemClock, store, durable, estate, log };
  const takeBackup = backupTaker(parts);
  const drill = drillRunner(parts, stopping.signal);
  const keeping = wireKeeping(parts);
  const backups = {
    ...common,
    newId: newBackupId,
    canArchive: async (environment: Environment) =>
      (await physicalSourceOf(environment, estate().repositories, settings)) !== undefined,
  };
  defineBackupWork({
    ...backups,
    takeBackup: (environment, id, wanted) => keeping.afterwards(environment.name, takeBackup(environment, id, wanted)),
  });
  const startAnother = async (environment: Environment, key: string): Promise<void> =>
    void (await startBackupNow(backups, environment, { key }));
  defineMarkWork({ ...common, actor: parts.actor, mark: fileMarker(parts), startBackup: startAnother });
  defineDrillWork({
    ...common,
    drill: (environment, wanted, isWanted) =>
      keeping.afterwards(environment.name, drill(environment, wanted, isWanted)),
  });
  defineExpiryWork({ ...common, actor: parts.actor, ...copiesHere(settings) });
  defineTaskKeeping(common);
  const requests = wireRequests({
    ...parts,
    signal: stopping.signal,
    // After a restore in place a backup is due: what is written from now on is in none.
    afterwards: (environment, work) =>
      keeping.afterwards(environment, work).finally(() => planBackupSoon(durable, environment, `${systemClock.now()}`)),
  });
  const runsHere = (environment: Environment): boolean =>
    runtimeDirectoryOf(environment, settings.stateDirectory) !== undefined;
  return {
    work: (lifecycle) => [
      ...backupWorkOf(estate(), lifecycle),
      ...markWorkOf(estate(), lifecycle, runsHere),
      ...drillWorkOf(estate(), lifecycle, runsHere),
      ...keeping.work(lifecycle),
      expiryWork,
      taskKeepingWork,
    ],
    startBackup: (environment, requestedBy) => startBackupNow(backups, environment, { requestedBy }),
    startCopies: (environment) => startCopiesNow(common, environment),
    canArchive: backups.canArchive,
    startDrill: (environment, wanted, requestedBy) =>
      startDrill({ ...common, canDrill: runsHere }, environment, { wanted, requestedBy }),
    requests,
    cancel: () => stopping.abort(),
  };
}
