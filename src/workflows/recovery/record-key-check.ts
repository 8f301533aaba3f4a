import type { Actor } from '../../core/ledger/index.ts';
import { keyCheckOf, type RecoveryKeyCheck, recoveryKeyChecked } from '../../core/recovery/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';

type Ledger = Pick<Store, 'ledger'>;

const subjectOf = (repository: string): string => `repository/${repository}`;

/** Records that a recovery key opens what is in a repository: by its id, and never the key. */
export async function recordKeyCheck(
  deps: { readonly store: Ledger; readonly clock: Pick<Clock, 'now'>; readonly actor: Actor },
  { repository, key, checks }: { readonly repository: string; readonly key: string; readonly checks: number },
): Promise<void> {
  const data = { key, checks, reason: 'the recovery key opens the backups' };
  const entry = { actor: deps.actor, type: recoveryKeyChecked, subject: subjectOf(repository), data };
  await deps.store.ledger.append(entry, deps.clock.now());
}

/** The last check with a recovery key of a repository; `undefined` where nobody has made one. */
export async function lastKeyCheck({ ledger }: Ledger, repository: string): Promise<RecoveryKeyCheck | undefined> {
  const [last] = await ledger.tail({ subject: subjectOf(repository), type: recoveryKeyChecked, limit: 1 });
  return last && keyCheckOf(last);
}
