import postgres from 'postgres';
import { Fault, type Secret } from '../../core/kernel/index.ts';
import { databaseIn } from '../postgres/database-in.ts';
import { promptSocket } from '../postgres/prompt-socket.ts';

/** A connection to the database to back up. Tagged templates only. */
export type SourceSql = postgres.Sql<Record<string, never>>;

/** One connection as the backup's role, for one transaction. */
export interface SourceConnection {
  readonly sql: SourceSql;
  close(): Promise<void>;
}

const isQuestion = (args: readonly unknown[]): boolean => Array.isArray(args[0]) && 'raw' in args[0];

/**
 * The driver ends the whole process where something is asked on a reserved connection that PostgreSQL has closed
 * (github.com/porsager/postgres/issues/1208): it is never asked then.
 */
function refuseWhenLost(sql: SourceSql, isLost: () => boolean): SourceSql {
  return new Proxy(sql, {
    apply: (target, self, args: unknown[]) => {
      if (isLost() && isQuestion(args)) {
        throw new Fault('ODOO_DATABASE_UNREACHABLE', 'PostgreSQL ended the connection in the middle of the backup.');
      }
      return Reflect.apply(target, self, args);
    },
  });
}

/**
 * Opens a connection of its own. The driver looks up its types at once: without that, reserving a new connection never
 * answers.
 */
export async function openSource(url: Secret): Promise<SourceConnection> {
  let isLost = false;
  const client = postgres(url.reveal(), {
    ...promptSocket,
    ...databaseIn(url.reveal()),
    max: 1,
    connect_timeout: 10,
    prepare: false,
    onnotice: () => {},
    onclose: () => {
      isLost = true;
    },
    connection: { application_name: 'plimsoll backup', TimeZone: 'UTC' },
  });
  try {
    const reserved = await client.reserve();
    isLost = false;
    const close = async (): Promise<void> => {
      // One that is held is waited for; one that is lost is no longer the driver's to take back.
      if (!isLost) reserved.release();
      await client.end({ timeout: isLost ? 0 : 5 });
    };
    return { sql: refuseWhenLost(reserved as unknown as SourceSql, () => isLost), close };
  } catch (error) {
    await client.end({ timeout: 0 });
    throw error;
  }
}

const unreachable = /^(ECONN|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|EAI_|CONNECT|CONNECTION|08|28|3D|53|57P)/;

/** What the driver throws, as a fault of the backup. The driver's messages name host, port and role, never the password. */
export function translateSourceError(error: unknown): unknown {
  if (error instanceof Fault || !(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  const options = { cause: error, details: { code } };
  if (code === '55P03') {
    const message = 'ir_attachment stayed locked by another session; the garbage collection of files is the usual one.';
    return new Fault('DEADLINE_EXCEEDED', message, options);
  }
  if (code === '42501') return new Fault('BACKUP_FAILED', `The backup's role lacks a right: ${error.message}`, options);
  if (unreachable.test(code)) return new Fault('ODOO_DATABASE_UNREACHABLE', error.message, options);
  if (code === '') return error;
  return new Fault('BACKUP_FAILED', `The database refused: ${error.message}`, options);
}

/** The environment that PostgreSQL's own programs read: no password is on a command line, where every user sees it. */
export function programEnvironment(url: Secret): Readonly<Record<string, string>> {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url.reveal());
  const given: Readonly<Record<string, string>> = {
    PGHOST: searchParams.get('host') ?? decodeURIComponent(hostname).replace(/^\[|\]$/g, ''),
    PGPORT: port,
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    PGSSLMODE: searchParams.get('sslmode') ?? '',
    PGSSLROOTCERT: searchParams.get('sslrootcert') ?? '',
    PGAPPNAME: 'plimsoll backup',
    PGCONNECT_TIMEOUT: '10',
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
}
