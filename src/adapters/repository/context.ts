import type { Seconds, Secret } from '../../core/kernel/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { AgeRecipient } from './age-keys.ts';
import type { Budget } from './budget.ts';
import type { LeaseTerms } from './lease.ts';
import type { Signer, Verifier } from './signing.ts';

/** What every part of a repository works with. */
export interface RepositoryContext {
  readonly name: string;
  readonly store: ObjectStore;
  /** The same place with credentials that may delete. */
  readonly deleting: ObjectStore;
  readonly clock: Clock;
  readonly recipients: readonly AgeRecipient[];
  readonly identities: readonly Secret[];
  readonly signer: Signer | undefined;
  readonly trusted: ReadonlyMap<string, Verifier>;
  readonly objectLockSeconds: Seconds;
  readonly graceSeconds: Seconds;
  readonly terms: LeaseTerms;
  readonly budget: Budget;
}

/**
 * Until when what is written now is locked; `undefined` where the repository locks nothing. By the clock that will judge it: by
 * one of ours that is ahead it could be deleted by nobody for as much longer, and by one that is behind too soon.
 */
export async function retainUntil({
  store,
  objectLockSeconds,
}: RepositoryContext): Promise<Temporal.Instant | undefined> {
  if (objectLockSeconds <= 0) return undefined;
  return (await store.now()).add({ seconds: Math.ceil(objectLockSeconds) });
}
