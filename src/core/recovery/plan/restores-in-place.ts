import { isDatedAhead } from '../../kernel/index.ts';
import { type BackupAttempt, goodAttempts } from '../attempt.ts';

/** A restore in place that ended well: from then on, what it brought back is what is there. */
export interface RestoreInPlace {
  readonly endedAt: Temporal.Instant;
  /** What it was restored from. */
  readonly backup: string;
  /** Nothing that was committed after it came back. */
  readonly reachesAt: Temporal.Instant;
}

/** The ledger's entries that say so: where a kill came in between, the end is a `finished` one, and only the start says the rest. */
export const restoreEntryTypes = ['restore.started', 'restore.succeeded', 'restore.finished'] as const;

type Entry = {
  readonly type: string;
  readonly at: Temporal.Instant;
  readonly data: Readonly<Record<string, unknown>>;
};

function instantOf(value: unknown): Temporal.Instant | undefined {
  try {
    return typeof value === 'string' ? Temporal.Instant.from(value) : undefined;
  } catch {
    return undefined;
  }
}

/** The restores in place of one environment, oldest first, from the ledger's entries about it. */
export function restoresInPlace(entries: readonly Entry[]): readonly RestoreInPlace[] {
  const begun = new Map(
    entries.filter(({ type }) => type === 'restore.started').map(({ data }) => [data['restore'], data]),
  );
  return entries
    .flatMap(({ type, at: endedAt, data }): readonly RestoreInPlace[] => {
      const start =
        type === 'restore.succeeded' || type === 'restore.finished' ? begun.get(data['restore']) : undefined;
      const reachesAt = instantOf(start?.['reachesAt']);
      const backup = start?.['backup'];
      if (start?.['inPlace'] !== true || reachesAt === undefined || typeof backup !== 'string') return [];
      return [{ endedAt, backup, reachesAt }];
    })
    .toSorted((a, b) => Temporal.Instant.compare(a.endedAt, b.endedAt));
}

/** The entries of which one tells that a restore in place ended well. */
export const restoredEntryTypes = ['restore.succeeded', 'restore.finished'] as const;

/** When the last restore in place ended well, by the ledger's entries about one environment; only those are `finished` later. */
export function lastRestoredAt(entries: readonly Entry[]): Temporal.Instant | undefined {
  return entries
    .filter(
      ({ type, data }) => type === 'restore.finished' || (type === 'restore.succeeded' && data['inPlace'] === true),
    )
    .map(({ at }) => at)
    .toSorted(Temporal.Instant.compare)
    .at(-1);
}

/**
 * Since when what is written is in no backup: the end of the last restore in place, until a good one is begun after it. What
 * was backed up before is of what was given up, or of what was restored; a log that is archived begins at none of them.
 */
export function unbackedSince(
  history: readonly BackupAttempt[],
  restoredAt: Temporal.Instant | undefined,
  now: Temporal.Instant,
): Temporal.Instant | undefined {
  // What a clock that was ahead has dated would have one taken after the other until its time has come.
  if (restoredAt === undefined || isDatedAhead(restoredAt, now)) return undefined;
  const isFollowed = goodAttempts(history).some(({ startedAt }) => !isAfter(restoredAt, startedAt));
  return isFollowed ? undefined : restoredAt;
}

const isAfter = (a: Temporal.Instant, b: Temporal.Instant): boolean => Temporal.Instant.compare(a, b) > 0;

/**
 * Whether a dump is of what a restore in place gave up, as what is in place at the instant, or now. What came after the last
 * restore is in place; what is newer than the state it brought back is given up; what is older is judged as of that state.
 */
export function isGivenUpByRestore(
  dump: { readonly id: string; readonly consistentAt: Temporal.Instant },
  restores: readonly RestoreInPlace[],
  at?: Temporal.Instant,
): boolean {
  const last = restores.findLast(({ endedAt }) => at === undefined || !isAfter(endedAt, at));
  if (last === undefined || dump.id === last.backup || isAfter(dump.consistentAt, last.endedAt)) return false;
  // The ledger keeps whole seconds of it: within one, it is the same state.
  if (isAfter(dump.consistentAt, last.reachesAt.add({ seconds: 1 }))) return true;
  const before = restores.slice(0, restores.indexOf(last));
  return isGivenUpByRestore(dump, before, last.reachesAt);
}
