import { join, resolve } from 'node:path';
import type { RestorePlan } from '../../../core/recovery/index.ts';
import { runRestoreTask } from '../../../workflows/recovery/restore-task.ts';
import { carryOut, type Outcome, planOrder, type RestoreOrder } from '../../wire-order.ts';
import { openPublishingStore, openStoreIfThere } from '../../wire-store.ts';
import type { CommandContext } from '../command.ts';
import { showSteps } from './show.ts';

/** What `restore` and `clone` have read from the command line. */
export interface CommandOrder extends RestoreOrder {
  readonly isDryRun: boolean;
  /** Asked once the plan is known, before anything is touched. */
  readonly confirm: (plan: RestorePlan) => Promise<void>;
}

export type CommandOutcome = Outcome | { readonly kind: 'planned'; readonly plan: RestorePlan };

/** Looks, plans, asks and does it, or only says what it would do. */
export async function runOrder(order: CommandOrder, context: CommandContext): Promise<CommandOutcome> {
  const { settings, output, signal } = context;
  if (order.isDryRun) {
    const records = await openStoreIfThere(settings);
    const plan = await planOrder(order, { settings, store: records?.store }).finally(() => records?.close());
    return plan.kind === 'refused' ? plan : { kind: 'planned', plan };
  }
  const opened = await openPublishingStore(settings, 'share');
  try {
    return await carryOut(order, {
      settings,
      store: opened.store,
      actor: { kind: 'cli', name: order.wish.mode === 'clone' ? 'clone' : 'restore' },
      listener: showSteps(output),
      perform: runRestoreTask,
      report: (detail) => output.note(`  ${detail}`),
      signal,
      confirm: order.confirm,
    });
  } finally {
    await opened.close();
  }
}

/** Where the credentials of a target are. */
export const credentialsOf = (stateDirectory: string, name: string): string =>
  join(resolve(stateDirectory), name, 'odoo-admin-password');
