import { type LifecycleState, transition } from '../../core/estate/index.ts';
import { Fault, type Refusal } from '../../core/kernel/index.ts';
import type { Actor, LedgerData } from '../../core/ledger/index.ts';
import { type EnvironmentCopy, expiredCopies } from '../../core/recovery/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';

export interface CopyDependencies {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly actor: Actor;
}

const mostCopies = 10_000;

/** What the ledger says of a copy: whose data it holds, and what was done to it. */
function factsOf(copy: EnvironmentCopy): LedgerData {
  const { id, source, purpose, stage, backup, reachesAt, isLive, isAnonymised, isReduced, expiresAt } = copy;
  const expires = expiresAt?.toString({ smallestUnit: 'second' }) ?? null;
  return {
    copy: id,
    source,
    purpose,
    stage,
    backup,
    reachesAt: reachesAt.toString({ smallestUnit: 'second' }),
    isLive,
    isAnonymised,
    isReduced,
    expiresAt: expires,
  };
}

/** Records that a copy is asked for. Throws COPY_EXISTS where one of that name is there. */
export async function requestCopy({ store, clock, actor }: CopyDependencies, copy: EnvironmentCopy): Promise<void> {
  await store.transaction(async (inside) => {
    await inside.copies.create(copy);
    const subject = `environment/${copy.name}`;
    const data = { from: null, to: 'requested', reason: `a ${purposeOf(copy)} of ${copy.source}`, ...factsOf(copy) };
    await inside.ledger.append({ actor, type: 'environment.transitioned', subject, data }, clock.now());
  });
}

const purposeOf = ({ purpose }: EnvironmentCopy): string => (purpose === 'clone' ? 'clone' : 'restored copy');

/**
 * Moves a copy through its lifecycle (EST-11). The new state and its ledger entry become true together; what is refused
 * leaves the state, and is recorded too.
 */
export async function moveCopy(
  { store, clock, actor }: CopyDependencies,
  copy: EnvironmentCopy,
  { to, reason }: { readonly to: LifecycleState; readonly reason: string },
): Promise<EnvironmentCopy | Refusal> {
  return store.transaction(async (inside) => {
    const at = clock.now();
    const subject = `environment/${copy.name}`;
    const all = await inside.copies.list({ includeRetired: true, limit: mostCopies });
    const from = all.find(({ id }) => id === copy.id)?.state;
    const answer = transition(from, to);
    const facts = { from: from ?? null, to, reason, copy: copy.id };
    if (answer.kind === 'refused') {
      const because = answer.reasons.map(({ code, message }) => ({ code, message }));
      await inside.ledger.append(
        { actor, type: 'environment.transition-refused', subject, data: { ...facts, because } },
        at,
      );
      return answer;
    }
    await inside.copies.setState(copy.id, to, at);
    await inside.ledger.append({ actor, type: 'environment.transitioned', subject, data: facts }, at);
    return { ...copy, state: to, changedAt: at };
  });
}

/** Takes what is on a machine away. */
export type TakeAway = (copy: EnvironmentCopy) => Promise<void>;

/** Removes a copy for good: its data first, so that a kill in between is taken up by removing it again. */
export async function removeCopy(
  deps: CopyDependencies,
  copy: EnvironmentCopy,
  takeAway: TakeAway,
  reason: string,
): Promise<void> {
  await takeAway(copy);
  const moved = await moveCopy(deps, copy, { to: 'retired', reason });
  if ('kind' in moved) throw new Fault('RESTORE_FAILED', moved.reasons.map(({ message }) => message).join(' '));
}

/** Removes the copies whose date has come (EST-11); answers which. One that cannot be removed does not keep the others. */
export async function removeExpiredCopies(
  deps: CopyDependencies & {
    readonly isHere: (copy: EnvironmentCopy) => Promise<boolean>;
    readonly takeAway: TakeAway;
  },
  failed: (copy: EnvironmentCopy, error: unknown) => void,
): Promise<readonly EnvironmentCopy[]> {
  const copies = await deps.store.copies.list({ includeRetired: false, limit: mostCopies });
  const removed: EnvironmentCopy[] = [];
  for (const copy of expiredCopies(copies, deps.clock.now())) {
    const reason = `it expired at ${copy.expiresAt?.toString({ smallestUnit: 'second' }) ?? ''}`;
    try {
      if (!(await deps.isHere(copy))) continue;
      await removeCopy(deps, copy, deps.takeAway, reason);
      removed.push(copy);
    } catch (error) {
      failed(copy, error);
    }
  }
  return removed;
}
