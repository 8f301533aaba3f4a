import type { Seconds } from '../kernel/index.ts';
import type { LedgerEntry } from '../ledger/index.ts';

/** What the ledger calls a passed check with a recovery key, about `repository/NAME`. */
export const recoveryKeyChecked = 'backup-key.recovery-checked';

/** When the key for a bad day was last proven to open the backups: its id, and never the key. */
export interface RecoveryKeyCheck {
  readonly at: Temporal.Instant;
  readonly key: string;
}

/** A check as the ledger has it; `undefined` for an entry that is none. */
export function keyCheckOf({ at, type, data }: LedgerEntry): RecoveryKeyCheck | undefined {
  const { key } = data;
  return type === recoveryKeyChecked && typeof key === 'string' ? { at, key } : undefined;
}

/** An installation is given this long to put its recovery key away and try it there. */
const firstCheckWithinSeconds: Seconds = 3 * 86_400;

/**
 * When the recovery key is to be checked next. The first time soon after the first backup: a key that nobody has ever tried
 * is a hope.
 */
export function keyCheckDueAt(facts: {
  readonly last: RecoveryKeyCheck | undefined;
  /** Of the oldest backup there is. */
  readonly firstBackupAt: Temporal.Instant | undefined;
  readonly everySeconds: Seconds;
}): Temporal.Instant | undefined {
  const { last, firstBackupAt, everySeconds } = facts;
  if (last !== undefined) return last.at.add({ seconds: Math.round(everySeconds) });
  const within = Math.min(firstCheckWithinSeconds, Math.round(everySeconds));
  return firstBackupAt?.add({ seconds: within });
}
