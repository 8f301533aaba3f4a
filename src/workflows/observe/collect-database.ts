import {
  blockersSql,
  holdersSql,
  type LockBlocker,
  type LockHolder,
  type LockPicture,
  type LockWaiter,
  type Sample,
  type StatisticsQuery,
  statisticsQueries,
  waitersSql,
} from '../../core/observe/index.ts';
import type { OdooDatabase, Row } from '../../ports/odoo-database.ts';
import type { Sight } from './isolate.ts';
import { type EnvironmentMemory, isDue, rateOf } from './memory.ts';
import { numberIn, samplesFromRows, textIn } from './rows.ts';

export interface DatabaseLook {
  readonly environment: string;
  readonly database: OdooDatabase;
  readonly memory: EnvironmentMemory;
  readonly at: Temporal.Instant;
  readonly statementTimeoutSeconds: number;
  readonly signal: AbortSignal;
}

const nullable = (text: string): string | null => (text === '' ? null : text);

function sessionFrom(row: Row): LockBlocker {
  return {
    pid: numberIn(row, 'pid') ?? 0,
    application: textIn(row, 'application'),
    user: textIn(row, 'user'),
    state: textIn(row, 'state'),
    queryStart: nullable(textIn(row, 'query_start')),
    backendStart: nullable(textIn(row, 'backend_start')),
    transactionSeconds: numberIn(row, 'transaction_seconds') ?? 0,
    query: textIn(row, 'query'),
  };
}

function holderFrom(row: Row): LockHolder {
  return {
    ...sessionFrom(row),
    table: textIn(row, 'table'),
    mode: textIn(row, 'mode'),
    heldSeconds: numberIn(row, 'held_seconds') ?? 0,
  };
}

function waiterFrom(row: Row): LockWaiter {
  const blockedBy = textIn(row, 'blocked_by').split(',').map(Number);
  return {
    pid: numberIn(row, 'pid') ?? 0,
    table: nullable(textIn(row, 'table')),
    mode: nullable(textIn(row, 'mode')),
    application: textIn(row, 'application'),
    user: textIn(row, 'user'),
    waitSeconds: numberIn(row, 'wait_seconds') ?? 0,
    blockedBy: [...new Set(blockedBy.filter((pid) => Number.isInteger(pid) && pid > 0))],
  };
}

async function askLocks(look: DatabaseLook, postgresMajor: number): Promise<LockPicture> {
  const ask = (sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> =>
    look.database.query(sql, values, { timeoutSeconds: look.statementTimeoutSeconds, signal: look.signal });
  const holders = (await ask(holdersSql)).map(holderFrom);
  const waiters = (await ask(waitersSql(postgresMajor))).map(waiterFrom);
  const blocking = [...new Set(waiters.flatMap((waiter) => waiter.blockedBy))];
  const blockers = blocking.length === 0 ? [] : (await ask(blockersSql, [blocking.join(',')])).map(sessionFrom);
  return { holders, waiters, blockers };
}

function lockSamples(look: DatabaseLook, locks: LockPicture): readonly Sample[] {
  const sample = (metric: string, value: number): Sample => ({
    environment: look.environment,
    metric,
    labels: {},
    at: look.at,
    value,
  });
  return [
    sample('postgres_up', 1),
    sample('postgres_lock_waiting_count', locks.waiters.length),
    sample('postgres_lock_waiting_oldest_seconds', Math.max(0, ...locks.waiters.map((waiter) => waiter.waitSeconds))),
  ];
}

function rateSamples(look: DatabaseLook, query: StatisticsQuery, rows: readonly Row[]): readonly Sample[] {
  return rows.flatMap((row) =>
    Object.entries(query.rates).flatMap(([column, metric]): readonly Sample[] => {
      const value = numberIn(row, column);
      const rate = value === undefined ? undefined : rateOf(look.memory, metric, value, look.at);
      return rate === undefined
        ? []
        : [{ environment: look.environment, metric, labels: {}, at: look.at, value: rate }];
    }),
  );
}

/** Whether a relation is there, ours to read, and of an owner who may look where it looks: a restored copy's may not. */
async function isReadable(look: DatabaseLook, relation: string): Promise<boolean> {
  const rows = await look.database.query(
    `select coalesce(has_schema_privilege(class.relnamespace, 'usage') and has_table_privilege(class.oid, 'select'), false) as yes
  from pg_class class join pg_roles owner on owner.oid = class.relowner and owner.rolsuper where class.oid = to_regclass($1)`,
    [relation],
    { timeoutSeconds: look.statementTimeoutSeconds, signal: look.signal },
  );
  return rows[0]?.['yes'] === true;
}

async function askStatistics(look: DatabaseLook, query: StatisticsQuery): Promise<readonly Sample[]> {
  if (query.needs !== undefined && !(await isReadable(look, query.needs))) {
    look.memory.answers.set(`statistics ${query.name}`, { at: look.at, everySeconds: query.everySeconds, samples: [] });
    return [];
  }
  const rows = await look.database.query(query.sql, [], {
    timeoutSeconds: look.statementTimeoutSeconds,
    signal: look.signal,
  });
  const samples = [...samplesFromRows(query, rows, look, []), ...rateSamples(look, query, rows)];
  look.memory.answers.set(`statistics ${query.name}`, { at: look.at, everySeconds: query.everySeconds, samples });
  return samples;
}

async function postgresMajorOf(look: DatabaseLook): Promise<number> {
  if (look.memory.postgresMajor === undefined) {
    const rows = await look.database.query(`select current_setting('server_version_num') as version`, [], {
      timeoutSeconds: look.statementTimeoutSeconds,
      signal: look.signal,
    });
    look.memory.postgresMajor = Math.floor((numberIn(rows[0] ?? {}, 'version') ?? 0) / 10_000);
  }
  return look.memory.postgresMajor;
}

/** When the server was started, as a whole; a crash of one of its processes starts it anew, too. */
async function postgresStart(look: DatabaseLook): Promise<Temporal.Instant | undefined> {
  const rows = await look.database.query(
    `select extract(epoch from pg_postmaster_start_time())::float8 as started`,
    [],
    { timeoutSeconds: look.statementTimeoutSeconds, signal: look.signal },
  );
  const seconds = numberIn(rows[0] ?? {}, 'started');
  return seconds === undefined ? undefined : Temporal.Instant.fromEpochMilliseconds(Math.round(seconds * 1_000));
}

export interface DatabaseSight {
  readonly locks: LockPicture;
  /** Since when the server runs. */
  readonly startedAt: Temporal.Instant | undefined;
  readonly samples: readonly Sample[];
}

/** Locks first, for they explain everything else; then the statistics that are due. Reads no table of the application. */
export async function collectDatabase(look: DatabaseLook): Promise<Sight<DatabaseSight>> {
  const major = await postgresMajorOf(look);
  const locks = await askLocks(look, major);
  const samples: Sample[] = [...lockSamples(look, locks)];
  look.memory.answers.set('locks', { at: look.at, everySeconds: 0, samples: [...samples] });
  const failures: string[] = [];
  const due = statisticsQueries.filter(
    (query) =>
      major >= query.from &&
      major <= query.to &&
      isDue(look.memory, `statistics ${query.name}`, query.everySeconds, look.at),
  );
  for (const query of due) {
    look.signal.throwIfAborted();
    try {
      samples.push(...(await askStatistics(look, query)));
    } catch (error) {
      failures.push(`${query.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const startedAt = await postgresStart(look);
  return { result: { locks, samples, startedAt }, missing: failures.length > 0 ? failures.join('; ') : undefined };
}
