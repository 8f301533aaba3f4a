import type { Refusal } from '../../core/kernel/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import {
  type BackupPhase,
  type RecoveryTask,
  type SilenceBounds,
  type TaskState,
  taskAsSeen,
} from '../../core/recovery/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';

/** What a backup is doing, in words. */
const backupSteps: Readonly<Record<BackupPhase, string>> = {
  filestore: 'copying files that the repository does not have',
  cluster: 'copying the cluster',
  snapshot: 'holding the snapshot',
  dump: 'dumping the database',
  store: 'sealing into the repository',
  log: 'waiting for the log',
  publish: 'signing the manifest',
  verify: 'checking every piece',
};

export interface TaskReading {
  readonly store: Pick<Store, 'recoveryTasks' | 'backups'>;
  readonly clock: Pick<Clock, 'now'>;
  /** For tests of what others would make of a dead one. */
  readonly bounds?: SilenceBounds | undefined;
}

/** As it is now: lost where nobody runs it any more; of a backup under way, how far its run says it is. */
async function asSeen({ store, clock, bounds }: TaskReading, recorded: RecoveryTask): Promise<RecoveryTask> {
  const task = taskAsSeen(recorded, clock.now(), bounds);
  if (task.kind !== 'backup' || task.state !== 'running') return task;
  const run = await store.backups.get(task.id);
  if (run?.state !== 'running' || run.progress === null) return task;
  const { phase, doneBytes, totalBytes, bytesPerSecond } = run.progress;
  return { ...task, step: backupSteps[phase], doneBytes, totalBytes, bytesPerSecond };
}

export interface TaskWish {
  readonly environment?: string | undefined;
  readonly states?: readonly TaskState[] | undefined;
  readonly limit: number;
}

/** The newest that were asked for first, each as it is now. */
export async function readTasks(deps: TaskReading, wish: TaskWish): Promise<readonly RecoveryTask[]> {
  const { states } = wish;
  // What is recorded as under way may be lost.
  const recorded = states?.includes('lost') === true ? [...states, 'waiting' as const, 'running' as const] : states;
  const tasks = await deps.store.recoveryTasks.list({ ...wish, states: recorded });
  const seen = await Promise.all(tasks.map((task) => asSeen(deps, task)));
  return seen.filter(({ state }) => states === undefined || states.includes(state));
}

/** One as it is now; nothing where it is unknown. */
export async function readTask(deps: TaskReading, id: string): Promise<RecoveryTask | undefined> {
  const task = await deps.store.recoveryTasks.get(id);
  return task && asSeen(deps, task);
}

/** How the wish to cancel is answered; nothing where there is no such task. */
export type CancelAnswer = Refusal | { readonly kind: 'asked'; readonly task: RecoveryTask } | undefined;

/** Asks whoever runs it to end it. Who wished it is in the ledger, together with the wish. */
export async function cancelTask(
  { store, clock }: { readonly store: Store; readonly clock: Pick<Clock, 'now'> },
  id: string,
  by: Actor,
): Promise<CancelAnswer> {
  return store.transaction(async (inside) => {
    const now = clock.now();
    const before = await inside.recoveryTasks.get(id);
    const answer = await inside.recoveryTasks.askToCancel(id, by, now);
    if (before === undefined || before.cancelAskedBy !== null || answer?.kind !== 'asked') return answer;
    const { kind, environment, backup, target } = answer.task;
    const data = { task: id, kind, backup, target };
    const subject = `environment/${environment}`;
    await inside.ledger.append({ actor: by, type: 'recovery-task.cancel-requested', subject, data }, now);
    return answer;
  });
}
