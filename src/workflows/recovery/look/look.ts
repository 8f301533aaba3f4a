import type { Environment, Estate } from '../../../core/estate/index.ts';
import type { Actor } from '../../../core/ledger/index.ts';
import { assessRecovery, blanketFindings, carriedFindings, type RecoveryView } from '../../../core/recovery/index.ts';
import { reconcileFindings } from '../../reconcile-findings.ts';
import { gatherRecovery, type LookWorld } from './gather.ts';

/** The name that findings about recovery are kept under. */
export const recoverySource = 'recovery';

/** The name under which the files between physical backups are reported, by what continues them. */
export const filesSource = 'file-marks';

const mostOpen = 1_000;

export interface LookDeps extends LookWorld {
  readonly actor: Actor;
}

type Closing = Pick<LookDeps, 'store' | 'clock' | 'actor'>;

/**
 * One look at the recovery of an environment: what is wrong becomes its findings, and what is right again closes them.
 * Findings that nobody could look into stay as they are. Answers what was seen.
 */
export async function lookAtRecovery(deps: LookDeps, estate: Estate, environment: Environment): Promise<RecoveryView> {
  const { store, clock, actor } = deps;
  const { view, couldAskArchive } = await gatherRecovery(deps, estate, environment);
  const found = assessRecovery(view);
  const open = (await store.findings.list({ environment: environment.name, includeClosed: false, limit: mostOpen }))
    .filter(({ source }) => source === recoverySource)
    .map(({ key, code, severity, subject, reason, action, evidence }) => {
      return { key, code, severity, environment: environment.name, subject, reason, action, evidence };
    });
  const drafts = [...found, ...carriedFindings(view, found, open, couldAskArchive)];
  await reconcileFindings(store, { source: recoverySource, environment: environment.name }, drafts, actor, clock.now());
  // Nothing continues files where dumps are taken, and nothing would close what was open about it.
  if (environment.backup.method !== 'physical') await closeAll(deps, filesSource, environment.name);
  return view;
}

/** Closes what is open about an environment that rests: nothing is expected of it. */
export async function closeRecoveryFindings(deps: Closing, environment: string): Promise<void> {
  await closeAll(deps, recoverySource, environment);
  await closeAll(deps, filesSource, environment);
}

async function closeAll({ store, clock, actor }: Closing, source: string, environment: string): Promise<void> {
  await reconcileFindings(store, { source, environment }, [], actor, clock.now());
}

/** What is wrong with the objectives of the estate as a whole (DRP-01). */
export async function lookAtObjectives(deps: Closing, estate: Estate): Promise<void> {
  const scope = { source: recoverySource, environment: null };
  await reconcileFindings(deps.store, scope, blanketFindings(estate), deps.actor, deps.clock.now());
}
