import { formatDuration } from '../../kernel/index.ts';
import { type LockBlocker, type LockHolder, type LockPicture, redactQuery, rootBlockers } from '../database/index.ts';
import type { HealthReason } from '../health.ts';
import { type JudgeInput, type Rule, reason } from './input.ts';
import { carriesBusiness, servicesOfTable } from './services.ts';

function who(session: Pick<LockBlocker, 'pid' | 'application' | 'user'>): string {
  return `${session.application || 'a session'} (pid ${session.pid}, user ${session.user || 'unknown'})`;
}

const waitingFor = (locks: LockPicture, table: string) => locks.waiters.filter((waiter) => waiter.table === table);

function lockReason(input: JudgeInput, locks: LockPicture, holder: LockHolder): HealthReason {
  const waiters = waitingFor(locks, holder.table);
  const longestWait = Math.max(0, ...waiters.map((waiter) => waiter.waitSeconds));
  const stops = holder.mode === 'AccessExclusiveLock' ? 'reading or writing' : 'writing';
  const queue =
    waiters.length === 0 ? '' : `; ${waiters.length} waiting, the longest for ${formatDuration(longestWait)}`;
  return reason({
    code: 'TABLE_LOCKED',
    health: 'unhealthy',
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
      query: redactQuery(holder.query),
      heldSeconds: holder.heldSeconds,
      transactionSeconds: holder.transactionSeconds,
      waiting: waiters.length,
      longestWaitSeconds: longestWait,
    },
    action: `Finish that transaction; as a last resort \`select pg_terminate_backend(${holder.pid})\`.`,
  });
}

/**
 * A table counts as locked when a lock has been held past the threshold on a table that carries business, or when
 * somebody has waited that long for a table that is held. A short lock of an update or an index build does not.
 */
const tableLocked: Rule = (input) => {
  const { locks } = input.observation;
  if (locks === undefined) return [];
  const limit = input.environment.thresholds.lockWaitUnhealthyAfterSeconds;
  const isTrouble = (holder: LockHolder): boolean =>
    waitingFor(locks, holder.table).some((waiter) => waiter.waitSeconds >= limit) ||
    (holder.mode === 'AccessExclusiveLock' && holder.heldSeconds >= limit && carriesBusiness(holder.table));
  const worst = new Map<string, LockHolder>();
  for (const holder of locks.holders.filter(isTrouble)) {
    const known = worst.get(holder.table);
    if (known === undefined || known.heldSeconds < holder.heldSeconds) worst.set(holder.table, holder);
  }
  return [...worst.values()].map((holder) => lockReason(input, locks, holder));
};

/** Sessions that wait past the threshold for a row or a transaction, with the head of their queue. */
const sessionsBlocked: Rule = (input) => {
  const { locks } = input.observation;
  if (locks === undefined) return [];
  const held = new Set(locks.holders.map((holder) => holder.table));
  const limit = input.environment.thresholds.lockWaitUnhealthyAfterSeconds;
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
        query: head === undefined ? null : redactQuery(head.query),
        tables: tables.join(', '),
      },
      action: `Finish the transaction at the head of the queue; as a last resort \`select pg_terminate_backend(${roots[0] ?? 'PID'})\`.`,
    }),
  ];
};

export const lockRules: readonly Rule[] = [tableLocked, sessionsBlocked];
