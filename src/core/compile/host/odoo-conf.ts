import { hostPaths, odooRole } from './layout.ts';
import type { HostEnvironment, HostLayout } from './model.ts';

const mebibyte = 1024 * 1024;

/** Connections one process of a class may hold; interactive work needs few, the event loop serves many sockets. */
const connectionsPerProcess = { web: 8, gevent: 16, cron: 4 } as const;

/** The most connections Odoo's processes can hold together: what PostgreSQL must offer besides its own reserve. */
export function odooConnections(workers: HostEnvironment['workers']): number {
  const masters = connectionsPerProcess.web;
  return (
    masters +
    workers.web * connectionsPerProcess.web +
    workers.gevent * connectionsPerProcess.gevent +
    // Each cron thread keeps one connection that listens for triggers, beside its work.
    connectionsPerProcess.cron +
    2 * workers.cron
  );
}

type OdooClass = 'web' | 'gevent' | 'cron';

function classSettings(process: OdooClass, environment: HostEnvironment): Readonly<Record<string, string | number>> {
  const { workers } = environment;
  if (process === 'web') {
    return {
      workers: Math.max(1, workers.web),
      max_cron_threads: 0,
      db_maxconn: connectionsPerProcess.web,
      limit_time_cpu: 60,
      limit_time_real: 120,
    };
  }
  if (process === 'gevent') return { workers: 0, max_cron_threads: 0, db_maxconn: connectionsPerProcess.gevent };
  return {
    workers: 0,
    max_cron_threads: Math.max(1, workers.cron),
    http_enable: 'False',
    db_maxconn: connectionsPerProcess.cron + 2 * workers.cron,
    limit_time_real_cron: 900,
  };
}

/** The configuration of one Odoo process class. The database password is not in it: libpq reads it from PGPASSFILE. */
export function odooConf(process: OdooClass, environment: HostEnvironment, layout: HostLayout): string {
  const paths = hostPaths(layout);
  const settings: Readonly<Record<string, string | number>> = {
    data_dir: paths.odooData,
    db_host: '127.0.0.1',
    db_port: layout.ports.postgres,
    db_user: odooRole,
    db_name: environment.database,
    dbfilter: `^${environment.database}$`,
    list_db: 'False',
    http_interface: '127.0.0.1',
    http_port: layout.ports.web,
    gevent_port: layout.ports.gevent,
    proxy_mode: 'False',
    logfile: paths.log(process),
    log_level: 'info',
    limit_memory_soft: 1_024 * mebibyte,
    limit_memory_hard: 1_536 * mebibyte,
    without_demo: 'True',
    ...classSettings(process, environment),
  };
  const lines = Object.entries(settings)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([key, value]) => `${key} = ${value}`);
  return `; ${environment.name}: Odoo's ${process} processes. Compiled by Plimsoll; changes here are overwritten.\n[options]\n${lines.join('\n')}\n`;
}
