import type { Repository } from '../../core/estate/index.ts';
import type { CollectionReport } from '../../ports/backup-repository.ts';
import { collectRepository } from './collect.ts';
import { carryOutPrune, noteGone, type PlannedPrune, type PruneDeps } from './prune.ts';

/** What was freed in each repository, or would be. */
export type Collected = readonly { readonly repository: string; readonly report: CollectionReport }[];

/** What a prune by hand came to. */
export interface PrunedNow {
  readonly withdrawn: number;
  readonly failed: readonly { readonly repository: string; readonly id: string; readonly reason: string }[];
  readonly collected: Collected;
}

/** Runs the collection of a repository, and tells people that it does. */
export type AroundCollection = <Result>(declared: Repository, work: () => Promise<Result>) => Promise<Result>;

/** Each repository once, whatever environments share it. */
export async function collectEach(
  planned: readonly PlannedPrune[],
  collect: (declared: Repository) => Promise<CollectionReport>,
  around: AroundCollection,
): Promise<Collected> {
  const places = new Map(planned.map(({ declared }) => [declared.name, declared]));
  const collected: { repository: string; report: CollectionReport }[] = [];
  for (const declared of places.values()) {
    const report = await around(declared, () => collect(declared));
    collected.push({ repository: declared.name, report });
  }
  return collected;
}

/** Withdraws what was planned, takes note of what somebody else deleted, and frees what no backup needs any more. */
export async function pruneNow(
  deps: PruneDeps,
  planned: readonly PlannedPrune[],
  { signal, around }: { readonly signal: AbortSignal; readonly around: AroundCollection },
): Promise<PrunedNow> {
  const failed: { repository: string; id: string; reason: string }[] = [];
  let withdrawn = 0;
  for (const each of planned) {
    const report = await carryOutPrune(deps, each, { signal });
    withdrawn += report.withdrawn.length;
    failed.push(...report.failed.map((failure) => ({ repository: each.declared.name, ...failure })));
    await noteGone(deps, each);
  }
  const collected = await collectEach(planned, (declared) => collectRepository(deps, declared, { signal }), around);
  return { withdrawn, failed, collected };
}
