import type { BackupRun, DrillPhase, RecoveryTask, TaskKind } from '../../core/recovery/index.ts';
import type { Store } from '../../ports/store.ts';
import type { FakeWorld } from './life.ts';

const controller = { kind: 'controller', name: 'controller' } as const;
const mib = 2 ** 20;

/** What a made-up drill is doing so many seconds after it began. */
const drillSteps: readonly { readonly untilSeconds: number; readonly step: DrillPhase }[] = [
  { untilSeconds: 2, step: 'fetch' },
  { untilSeconds: 5, step: 'restore-database' },
  { untilSeconds: 8, step: 'restore-filestore' },
  { untilSeconds: 10, step: 'boot' },
];

interface Wanted {
  readonly id: string;
  readonly kind: TaskKind;
  readonly environment: string;
  readonly backup: string;
}

/** Records a made-up piece of work that somebody asked for, and begins it. */
export async function beginTask(
  store: Pick<Store, 'recoveryTasks'>,
  wanted: Wanted,
  at: Temporal.Instant,
  requestedBy: RecoveryTask['requestedBy'] = controller,
): Promise<void> {
  await store.recoveryTasks.ask({ ...wanted, target: null, requestedBy }, at);
  await store.recoveryTasks.begin(wanted.id, at);
}

/** A sign of life of a made-up drill; answers whether somebody wants it cancelled. */
export async function goOnWithDrill({ store }: FakeWorld, id: string, seconds: number, now: Temporal.Instant) {
  const step = drillSteps.find(({ untilSeconds }) => seconds < untilSeconds)?.step ?? 'journeys';
  const progress = { step, doneBytes: seconds * 90 * mib, totalBytes: 1_100 * mib, bytesPerSecond: 90 * mib };
  return endIfCancelled(store, await store.recoveryTasks.beat(id, now, { progress }), now);
}

/** A sign of life of a made-up backup, which tells how far it is elsewhere. */
export async function goOnWithBackup({ store }: FakeWorld, { id }: BackupRun, now: Temporal.Instant) {
  return endIfCancelled(store, await store.recoveryTasks.beat(id, now), now);
}

async function endIfCancelled(store: FakeWorld['store'], task: RecoveryTask | undefined, now: Temporal.Instant) {
  const by = task?.cancelAskedBy;
  if (task === undefined || by === undefined || by === null) return undefined;
  const outcome = `Cancelled by ${by.name}.`;
  await store.recoveryTasks.end(task.id, now, { state: 'cancelled', outcome });
  return outcome;
}
