import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import type { SessionName } from '../../core/incident/index.ts';
import { Fault, type Secret } from '../../core/kernel/index.ts';
import { endSessionSql, sessionNowSql } from '../../core/observe/index.ts';
import type { DatabaseSessions, SessionEnd } from '../../ports/database-sessions.ts';
import { databaseIn } from '../postgres/database-in.ts';
import { promptSocket } from '../postgres/prompt-socket.ts';
import { translateDatabaseError } from './postgres-odoo-database.ts';

/** A session that was told to end goes when it next looks, after what it does in the kernel; this long is waited for that. */
const goneWithinMilliseconds = 15_000;
const lookEveryMilliseconds = 100;

type Asker = Pick<postgres.Sql, 'unsafe'>;

/** Who has the process id now, and whether it is the session that is meant. */
async function look(sql: Asker, { pid, backendStart }: SessionName) {
  const [row] = await sql.unsafe(sessionNowSql, [pid, backendStart]);
  if (row === undefined) return undefined;
  const { application, backend_type: type, is_same: isSame } = row;
  return { application: String(application), isClient: type === 'client backend', isSame: isSame as boolean | null };
}

async function endWith(sql: Asker, session: SessionName, signal: AbortSignal): Promise<SessionEnd> {
  const before = await look(sql, session);
  if (before === undefined || before.isSame === false) return { kind: 'was-gone', isIdTaken: before !== undefined };
  if (before.isSame === null) {
    return { kind: 'kept', reason: 'the role may not see when it connected: grant it pg_read_all_stats' };
  }
  if (!before.isClient) return { kind: 'kept', reason: 'it is a process of PostgreSQL itself, and no session' };
  await sql.unsafe(endSessionSql, [session.pid, session.backendStart]);
  const until = performance.now() + goneWithinMilliseconds;
  while ((await look(sql, session))?.isSame === true) {
    if (performance.now() > until) {
      return { kind: 'kept', reason: `it was told to end, and is there ${goneWithinMilliseconds / 1_000} s later` };
    }
    await sleep(lookEveryMilliseconds, undefined, { signal });
  }
  return { kind: 'ended', application: before.application };
}

function refusalOf(error: unknown): SessionEnd {
  const told = translateDatabaseError(error);
  // A role that lacks the right is no fault of the world: it says what to grant.
  if (told instanceof Fault && told.code === 'ODOO_DATABASE_DENIED') {
    const said = error instanceof Error ? error.message : String(error);
    return { kind: 'kept', reason: `PostgreSQL does not let the role end it: ${said}` };
  }
  throw told;
}

/** Sessions of one database, over a connection that is opened for each wish. */
export function createPostgresSessions(url: Secret): DatabaseSessions {
  return {
    end: async (session, signal) => {
      const sql = postgres(url.reveal(), {
        ...promptSocket,
        ...databaseIn(url.reveal()),
        max: 1,
        connect_timeout: 10,
        prepare: false,
        fetch_types: false,
        onnotice: () => {},
        connection: { application_name: 'plimsoll runbook', statement_timeout: 10_000 },
      });
      try {
        return await endWith(sql, session, signal);
      } catch (error) {
        signal.throwIfAborted();
        return refusalOf(error);
      } finally {
        await sql.end({ timeout: 2 });
      }
    },
  };
}
