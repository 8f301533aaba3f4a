import postgres from 'postgres';
import { Fault, type Secret } from '../../core/kernel/index.ts';

/** A pool to the database to back up. Tagged templates only. */
export type SourceSql = postgres.Sql<Record<string, never>>;

/**
 * Opens connections as the backup's role. Made when first needed, and given up when the backup ends. The driver looks up its
 * types at once: without that, reserving a new connection never answers.
 */
export function openSource(url: Secret): SourceSql {
  return postgres(url.reveal(), {
    max: 3,
    connect_timeout: 10,
    prepare: false,
    onnotice: () => {},
    connection: { application_name: 'plimsoll backup', TimeZone: 'UTC' },
  }) as unknown as SourceSql;
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
