import type { TaskRequest } from '../../core/recovery/index.ts';
import { carryOutPrune, type PlannedPrune, type PruneDeps } from './prune.ts';
import { runTask, type TaskDependencies } from './run-task.ts';

/** Who asks, and under which id it is known. */
export type PruneOrder = Pick<TaskRequest, 'id' | 'environment' | 'requestedBy'>;

/** What was withdrawn, and what could not be, each with its repository. */
export interface Pruned {
  readonly withdrawn: number;
  readonly failed: readonly { readonly repository: string; readonly id: string; readonly reason: string }[];
}

/** What a pruning came to, as one sentence; `also` is what else it did. */
export function prunedWords({ withdrawn, failed }: Pruned, also = ''): string {
  const left = failed.map(({ id, repository, reason }) => ` ${id} in ${repository} is still there: ${reason}`);
  return `${withdrawn} ${withdrawn === 1 ? 'backup was' : 'backups were'} withdrawn${also}.${left.join('')}`;
}

/**
 * Withdraws what was planned for one environment where everybody can see it. It can be cancelled between two backups: each
 * is withdrawn whole, with its entry in the ledger, or not at all; what was withdrawn by then stays withdrawn.
 */
export async function runPruneTask(
  deps: PruneDeps & TaskDependencies,
  order: PruneOrder,
  planned: readonly PlannedPrune[],
): Promise<Pruned> {
  const request = { ...order, kind: 'prune', backup: null, target: null } as const;
  return runTask(deps, request, async ({ signal, report }) => {
    let withdrawn = 0;
    const failed: Pruned['failed'][number][] = [];
    for (const prune of planned) {
      const repository = prune.declared.name;
      const began = (id: string): void => report({ step: `withdrawing ${id} from ${repository}` });
      const done = await carryOutPrune(deps, prune, { signal, began });
      withdrawn += done.withdrawn.length;
      failed.push(...done.failed.map((each) => ({ repository, ...each })));
    }
    const result = { withdrawn, failed };
    return { result, outcome: prunedWords(result), isGood: failed.length === 0 };
  });
}
