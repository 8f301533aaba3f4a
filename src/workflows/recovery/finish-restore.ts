import type { Actor } from '../../core/ledger/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { StepContext } from '../../ports/host.ts';
import type { RestoreTarget } from '../../ports/restore-target.ts';
import type { Store } from '../../ports/store.ts';

export interface FinishDependencies {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly actor: Actor;
  readonly target: RestoreTarget;
  readonly bringUp: (context: StepContext) => Promise<void>;
}

/** What finishing an interrupted restore came to; `undefined` where there was nothing to finish. */
export interface FinishedRestore {
  readonly restore: string;
  readonly backup: string;
  /** Where the old data is, where it had not been backed up. */
  readonly keptOld: string | undefined;
}

/**
 * Ends what a kill left of a restore in place (it was kept from being half of each): where nothing was exchanged yet, nothing
 * is; where something was, the new one is brought up, and what was set aside goes or is kept as it was planned.
 */
export async function finishRestore(
  { store, clock, actor, target, bringUp }: FinishDependencies,
  context: StepContext,
): Promise<FinishedRestore | undefined> {
  await target.heal();
  const { unsettled } = await target.observe();
  if (unsettled === undefined) return undefined;
  await target.openDatabase(unsettled, context);
  await bringUp(context);
  await target.letRun();
  const keptOld = await target.settle({ keepsOld: !unsettled.isBackedUp });
  const { restore, backup } = unsettled;
  await store.transaction(async (inside) => {
    const data = { restore, backup, keptOld: keptOld ?? null, reason: 'what was killed in the middle was finished' };
    const subject = `environment/${target.name}`;
    await inside.ledger.append({ actor, type: 'restore.finished', subject, data }, clock.now());
  });
  return { restore, backup, keptOld };
}
