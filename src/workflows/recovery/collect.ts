import type { Repository } from '../../core/estate/index.ts';
import type { CollectionReport } from '../../ports/backup-repository.ts';
import type { PruneDeps } from './prune.ts';

/** Deletes what no backup of a repository needs any more, and writes into the ledger what that was. */
export async function collectRepository(
  deps: PruneDeps,
  declared: Repository,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<CollectionReport> {
  const { store, clock, actor } = deps;
  const repository = await deps.openRepository(declared);
  const report = await repository.collect({ dryRun: false, ...options });
  if (report.pieces > 0) {
    const data = { ...report };
    await store.ledger.append(
      { actor, type: 'repository.collected', subject: `repository/${declared.name}`, data },
      clock.now(),
    );
  }
  return report;
}
