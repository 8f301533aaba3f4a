import { formatDuration } from '../../kernel/index.ts';
import { type LockBlocker, type LockHolder, type LockPicture, redactQuery, rootBlockers } from '../database/index.ts';
import type { HealthReason } from '../health.ts';
import type { UnreadIndicator } from '../observation.ts';
import { type JudgeInput, type Rule, reason } from './input.ts';
import { carriesBusiness, servicesOfTable } from './services.ts';

function who(session: Pick<LockBlocker, 'pid' | 'application' | 'user'>): string {
  return `${session.application || 'a session'} (pid ${session.pid}, user ${session.user || 'unknown'})`;
}

const waitingFor = (locks: LockPicture, table: string) => locks.waiters.filter((waiter) => waiter.table === table);

function lockReason(
  input: JudgeInput,
  locks: LockPicture,
  holder: LockHolder,
  health: HealthReason['health'],
): HealthReason {
  const waiters = waitingFor(locks, holder.table);
  const longestWait = Math.max(0, ...waiters.map((waiter) => waiter.waitSeconds));
  const stops = holder.mode === 'AccessExclusiveLock' ? 'reading or writing' : 'writing';
  const queue =
    waiters.length === 0 ? '' : `; ${waiters.length} waiting, the longest for ${formatDuration(longestWait)}`;
  return reason({
    code: 'TABLE_LOCKED',
    health,
    subject: holder.table,
    services: servicesOfTable(input, holder.table),
    summary: `${who(holder)} has kept everyone from ${stops} ${holder.table} for ${formatDuration(Math.max(holder.heldSeconds, longestWait))}${queue}.`,
    evidence: {
      pid: holder.pid,
      application: holder.application,
      user: holder.user,
      mode: holder.mode,
      state: holder.state,
      queryStart: holder.queryStart,
      backendStart: holder.backendStart,
      query: redactQuery(holder.query),
      heldSeconds: holder.heldSeconds,
      transactionSeconds: holder.transactionSeconds,
      waiting: waiters.length,
      longestWaitSeconds: longestWait,
    },
    action: `Finish that transaction; as a last resort \`select pg_terminate_backend(${holder.pid})\`.`,
  });
}

const limitOf = (input: JudgeInput): number => input.environment.thresholds.lockWaitUnhealthyAfterSeconds;

function isTrouble(input: JudgeInput, locks: LockPicture, holder: LockHolder): boolean {
  return (
    waitingFor(locks, holder.table).some((waiter) => waiter.waitSeconds >= limitOf(input)) ||
    (holder.mode === 'AccessExclusiveLock' && holder.heldSeconds >= limitOf(input) && carriesBusiness(holder.table))
  );
}

/** A lock that is still young, but keeps us from what the business is judged by. */
function hidesBusiness(input: JudgeInput, holder: LockHolder): boolean {
  return (
    holder.mode === 'AccessExclusiveLock' &&
    holder.heldSeconds < limitOf(input) &&
    input.observation.unreadIndicators.some(
      ({ cause, isJudged, tables }) => cause === 'locked' && isJudged && tables.includes(holder.table),
    )
  );
}

/** Whether a question went without an answer for locks alone, each of which is told as TABLE_LOCKED. */
export function isToldAsLock(input: JudgeInput, unread: UnreadIndicator): boolean {
  const { locks } = input.observation;
  if (locks === undefined || unread.cause !== 'locked') return false;
  return unread.tables.every((table) =>
    locks.holders.some(
      (holder) => holder.table === table && (isTrouble(input, locks, holder) || hidesBusiness(input, holder)),
    ),
  );
}

/** The lock that sessions of the database wait for, in words; `undefined` where none waits. */
export function lockBehind(
  input: JudgeInput,
): { readonly what: string; readonly pid: number | null; readonly waiting: number } | undefined {
  const { locks } = input.observation;
  if (locks === undefined || locks.waiters.length === 0) return undefined;
  const waiting = locks.waiters.length;
  const heads = rootBlockers(locks.waiters);
  const ofHead = locks.holders.filter(({ pid }) => heads.includes(pid));
  const holder = ofHead.find(({ table }) => waitingFor(locks, table).length > 0) ?? ofHead[0];
  if (holder !== undefined) {
    return { what: `the lock on ${holder.table} that ${who(holder)} holds`, pid: holder.pid, waiting };
  }
  const head = locks.blockers.find(({ pid }) => heads.includes(pid));
  return { what: head === undefined ? `pid ${heads.join(', ')}` : who(head), pid: heads[0] ?? null, waiting };
}

/**
 * A table counts as locked when a lock has been held past the threshold on a table that carries business, or when
 * somebody has waited that long for a table that is held. A shorter lock degrades where it hides a figure that the
 * business is judged by, and is nothing otherwise.
 */
const tableLocked: Rule = (input) => {
  const { locks } = input.observation;
  if (locks === undefined) return [];
  const worst = new Map<string, LockHolder>();
  const found = locks.holders.filter((holder) => isTrouble(input, locks, holder) || hidesBusiness(input, holder));
  for (const holder of found) {
    const known = worst.get(holder.table);
    if (known === undefined || known.heldSeconds < holder.heldSeconds) worst.set(holder.table, holder);
  }
  return [...worst.values()].map((holder) =>
    lockReason(input, locks, holder, isTrouble(input, locks, holder) ? 'unhealthy' : 'degraded'),
  );
};

/** Sessions that wait past the threshold for a row or a transaction, with the head of their queue. */
const sessionsBlocked: Rule = (input) => {
  const { locks } = input.observation;
  if (locks === undefined) return [];
  const held = new Set(locks.holders.map((holder) => holder.table));
  const limit = limitOf(input);
  const waiters = locks.waiters.filter(
    (waiter) => waiter.waitSeconds >= limit && !(waiter.table !== null && held.has(waiter.table)),
  );
  if (waiters.length === 0) return [];
  const roots = rootBlockers(locks.waiters);
  const head = locks.blockers.find((blocker) => roots.includes(blocker.pid));
  const longest = Math.max(...waiters.map((waiter) => waiter.waitSeconds));
  const tables = [...new Set(waiters.flatMap((waiter) => waiter.table ?? []))].sort();
  return [
    reason({
      code: 'SESSIONS_BLOCKED',
      health: 'unhealthy',
      subject: tables[0] ?? 'postgres',
      services: [...new Set(tables.flatMap((table) => servicesOfTable(input, table)))].sort(),
      summary: `${waiters.length} session${waiters.length === 1 ? ' waits' : 's wait'}, the longest for ${formatDuration(longest)}, behind ${head === undefined ? `pid ${roots.join(', ')}` : who(head)}.`,
      evidence: {
        waiting: waiters.length,
        longestWaitSeconds: longest,
        blockers: roots.join(', '),
        pid: head?.pid ?? null,
        application: head?.application ?? null,
        user: head?.user ?? null,
        queryStart: head?.queryStart ?? null,
        backendStart: head?.backendStart ?? null,
        query: head === undefined ? null : redactQuery(head.query),
        tables: tables.join(', '),
      },
      action: `Finish the transaction at the head of the queue; as a last resort \`select pg_terminate_backend(${roots[0] ?? 'PID'})\`.`,
    }),
  ];
};

export const lockRules: readonly Rule[] = [tableLocked, sessionsBlocked];
