import { odooConnections } from '../odoo/odoo-conf.ts';
import type { HostEnvironment, HostLayout } from './model.ts';
import { archiveCommand } from './pgbackrest-conf.ts';

const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;

/** A quarter of the machine, but never more than 2 GiB here: other environments and Odoo itself share it. */
function sharedBuffersBytes(memoryBytes: number): number {
  return Math.min(
    2 * gibibyte,
    Math.max(128 * mebibyte, Math.floor(memoryBytes / 4 / 128 / mebibyte) * 128 * mebibyte),
  );
}

const inMebibytes = (bytes: number): string => `'${Math.floor(bytes / mebibyte)}MB'`;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function archiveSettings({ archive }: HostEnvironment, layout: HostLayout): Readonly<Record<string, string | number>> {
  if (archive === undefined) return {};
  return {
    archive_mode: 'on',
    archive_command: quoted(archiveCommand(archive, layout)),
    archive_timeout: `'${Math.round(archive.archiveTimeoutSeconds)}s'`,
    wal_level: 'replica',
  };
}

/** PostgreSQL's settings for one environment: loopback only, statements counted, waits logged. */
export function postgresConf(environment: HostEnvironment, layout: HostLayout): string {
  const shared = environment.isDisposable ? 256 * mebibyte : sharedBuffersBytes(environment.memoryBytes);
  const settings: Readonly<Record<string, string | number>> = {
    listen_addresses: "'127.0.0.1'",
    port: layout.ports.postgres,
    // No socket file: its path may be longer than the kernel allows, and every client here speaks TCP.
    unix_socket_directories: "''",
    // Odoo's own, plus headroom for the observer, dumps, journeys and an administrator.
    max_connections: Math.max(environment.isDisposable ? 200 : 60, odooConnections(environment.workers) + 30),
    shared_buffers: inMebibytes(shared),
    effective_cache_size: inMebibytes(Math.max(2 * shared, Math.floor(environment.memoryBytes / 2))),
    work_mem: "'16MB'",
    maintenance_work_mem: "'128MB'",
    random_page_cost: 1.1,
    password_encryption: "'scram-sha-256'",
    shared_preload_libraries: "'pg_stat_statements'",
    'pg_stat_statements.track': "'top'",
    track_io_timing: 'on',
    log_lock_waits: 'on',
    log_line_prefix: "'%m [%p] %q%u@%d '",
    idle_in_transaction_session_timeout: "'15min'",
    ...archiveSettings(environment, layout),
    ...(environment.isDisposable ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  };
  const lines = Object.entries(settings)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([key, value]) => `${key} = ${value}`);
  return `# ${environment.name}: compiled by Plimsoll; changes here are overwritten.\n${lines.join('\n')}\n`;
}
