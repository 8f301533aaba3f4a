import type { Estate, Repository } from '../../../core/estate/index.ts';
import type { FindingDraft } from '../../../core/observe/index.ts';
import { fillFindings } from '../../../core/recovery/index.ts';
import { reconcileFindings } from '../../reconcile-findings.ts';
import { type LookWorld, wordsOf } from './gather.ts';
import type { LookDeps } from './look.ts';

const scope = { source: 'repositories', environment: null } as const;

/** Enough for half a year at a sample every six hours. */
const mostSizes = 800;
const mostOpen = 1_000;

/** `undefined` where nobody could look. */
async function fillOf(world: LookWorld, repository: Repository): Promise<readonly FindingDraft[] | undefined> {
  try {
    const { freeBytes } = await world.describePlace(repository);
    const usage = await world.store.repositorySizes.list(repository.name, mostSizes);
    return fillFindings({ repository, freeBytes, usage });
  } catch (error) {
    wordsOf(error);
    return undefined;
  }
}

/** Looks at the repositories themselves. What is open about one that is out of reach stays until somebody can look again. */
export async function lookAtRepositories(deps: LookDeps, estate: Estate): Promise<void> {
  const { store, clock, actor } = deps;
  const open = (await store.findings.list({ includeClosed: false, limit: mostOpen })).filter(
    ({ source }) => source === scope.source,
  );
  const drafts: FindingDraft[] = [];
  for (const repository of estate.repositories) {
    const before = (): readonly FindingDraft[] => open.filter(({ subject }) => subject === repository.name);
    drafts.push(...((await fillOf(deps, repository)) ?? before()));
  }
  await reconcileFindings(store, scope, drafts, actor, clock.now());
}
