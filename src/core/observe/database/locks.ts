import type { Seconds } from '../../kernel/index.ts';

/** A session that holds a table against others. */
export interface LockHolder {
  readonly pid: number;
  readonly table: string;
  /** As PostgreSQL names it: `AccessExclusiveLock` … */
  readonly mode: string;
  readonly application: string;
  readonly user: string;
  readonly state: string;
  readonly queryStart: string | null;
  /** When it connected, to the microsecond; with the process id it names this session and no later one of the same id. */
  readonly backendStart: string | null;
  /** At least this long: an idle session took the lock before it fell idle, a busy one at the earliest with its statement. */
  readonly heldSeconds: Seconds;
  readonly transactionSeconds: Seconds;
  /** Shortened, its literals removed. */
  readonly query: string;
}

/** A session that waits for a lock. */
export interface LockWaiter {
  readonly pid: number;
  readonly table: string | null;
  readonly mode: string | null;
  readonly application: string;
  readonly user: string;
  readonly waitSeconds: Seconds;
  readonly blockedBy: readonly number[];
}

/** A session that others wait for. */
export interface LockBlocker {
  readonly pid: number;
  readonly application: string;
  readonly user: string;
  readonly state: string;
  readonly queryStart: string | null;
  /** When it connected, to the microsecond; with the process id it names this session and no later one of the same id. */
  readonly backendStart: string | null;
  readonly transactionSeconds: Seconds;
  readonly query: string;
}

/** Who holds what, and who waits for whom, at one instant. */
export interface LockPicture {
  readonly holders: readonly LockHolder[];
  readonly waiters: readonly LockWaiter[];
  readonly blockers: readonly LockBlocker[];
}

const backendStartFormat = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"';

// Ages are the database's own: its clock wrote the times, so its clock must read them.
const sessionColumns = `session.pid, coalesce(session.application_name, '') as application,
    coalesce(session.usename::text, '') as "user", coalesce(session.state, 'unknown') as state,
    to_char(session.query_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as query_start,
    to_char(session.backend_start at time zone 'UTC', '${backendStartFormat}') as backend_start,
    extract(epoch from clock_timestamp() - coalesce(session.xact_start, session.query_start))::float8 as transaction_seconds,
    coalesce(left(session.query, 300), '') as query`;

/** Sessions that hold a lock which keeps others from reading or writing a table of this database. */
export const holdersSql = `select class.relname as table, lock.mode, ${sessionColumns},
    greatest(0, extract(epoch from clock_timestamp()
      - case when session.state like 'idle%' then session.state_change else session.query_start end))::float8 as held_seconds
  from pg_locks lock
  join pg_class class on class.oid = lock.relation and class.relkind in ('r', 'p', 'm')
  join pg_namespace space on space.oid = class.relnamespace and space.nspname not in ('pg_catalog', 'pg_toast', 'information_schema')
  join pg_stat_activity session on session.pid = lock.pid
  where lock.locktype = 'relation' and lock.granted and lock.pid <> pg_backend_pid()
    and lock.database = (select oid from pg_database where datname = current_database())
    and lock.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
  order by held_seconds desc, class.relname limit 50`;

/** Sessions that wait for a lock, with those they wait for. PostgreSQL 13 has no waitstart: the statement's start stands in. */
export function waitersSql(postgresMajor: number): string {
  const waitStart = postgresMajor >= 14 ? 'coalesce(lock.waitstart, session.query_start)' : 'session.query_start';
  return `select session.pid, coalesce(session.application_name, '') as application,
    coalesce(session.usename::text, '') as "user", lock.mode,
    coalesce(class.relname, (select held.relname from pg_locks tuple join pg_class held on held.oid = tuple.relation
      where tuple.pid = session.pid and tuple.locktype = 'tuple' limit 1)) as table,
    greatest(0, extract(epoch from clock_timestamp() - ${waitStart}))::float8 as wait_seconds,
    array_to_string(pg_blocking_pids(session.pid), ',') as blocked_by
  from pg_stat_activity session
  join pg_locks lock on lock.pid = session.pid and not lock.granted
  left join pg_class class on class.oid = lock.relation
  where session.datname = current_database() and session.wait_event_type = 'Lock'
  order by wait_seconds desc limit 100`;
}

/** Who the sessions are that others wait for; `$1` is a comma-separated list of their process ids. */
export const blockersSql = `select ${sessionColumns} from pg_stat_activity session
  where session.pid = any (string_to_array($1::text, ',')::int[]) order by session.pid limit 100`;

/**
 * Who has the process id `$1` now, and whether it is still the session that connected at `$2`; `is_same` is null where the role
 * may not see that of others.
 */
export const sessionNowSql = `select coalesce(application_name, '') as application, backend_type,
    to_char(backend_start at time zone 'UTC', '${backendStartFormat}') = $2 as is_same
  from pg_stat_activity where pid = $1 and datname = current_database()`;

/**
 * Ends the session with the process id `$1` that connected at `$2`, and no other: process ids are given again, so the moment it
 * connected is compared in the very statement that ends it.
 */
export const endSessionSql = `select pg_terminate_backend(pid) as is_signalled from pg_stat_activity
  where pid = $1 and to_char(backend_start at time zone 'UTC', '${backendStartFormat}') = $2
    and datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`;

/** Removes what may be personal from a statement and shortens it: literals become `?`. */
export function redactQuery(query: string): string {
  const flat = query
    .replaceAll(/'(?:[^']|'')*(?:'|$)/g, '?')
    .replaceAll(/\$(\w*)\$[\s\S]*?(?:\$\1\$|$)/g, '?')
    .replaceAll(/\b\d+(?:\.\d+)?\b/g, '?')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return flat.length > 120 ? `${flat.slice(0, 119)}…` : flat;
}

/** The sessions at the head of the queue: those that others wait for and that wait for nobody themselves. */
export function rootBlockers(waiters: readonly LockWaiter[]): readonly number[] {
  const waiting = new Set(waiters.map((waiter) => waiter.pid));
  const blocking = new Set(waiters.flatMap((waiter) => waiter.blockedBy));
  const roots = [...blocking].filter((pid) => !waiting.has(pid));
  // A ring of waiters (a deadlock about to be broken) has no head: then everyone in it counts.
  return (roots.length > 0 ? roots : [...blocking]).sort((a, b) => a - b);
}
