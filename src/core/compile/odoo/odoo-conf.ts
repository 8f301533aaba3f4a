import type { Bytes } from '../../kernel/index.ts';

/** How many processes of each class an environment runs. */
export interface OdooWorkers {
  readonly web: number;
  readonly gevent: number;
  readonly cron: number;
}

/** The environment as its Odoo processes need to know it. */
export interface OdooEnvironment {
  readonly name: string;
  readonly database: string;
  readonly workers: OdooWorkers;
}

/** Where a platform puts what Odoo needs: the one thing that differs between a host and a container. */
export interface OdooPlace {
  readonly dataDirectory: string;
  readonly databaseHost: string;
  readonly databasePort: number;
  readonly databaseUser: string;
  readonly listenOn: string;
  readonly webPort: number;
  readonly geventPort: number;
  /** Add-ons besides Odoo's own. */
  readonly addonDirectories?: readonly string[] | undefined;
  /** Standard output where it is absent. */
  readonly logFile: string | undefined;
}

const mebibyte: Bytes = 1024 * 1024;

/** Connections one process of a class may hold; interactive work needs few, the event loop serves many sockets. */
const connectionsPerProcess = { web: 8, gevent: 16, cron: 4 } as const;

/** The most connections Odoo's processes can hold together: what PostgreSQL must offer besides its own reserve. */
export function odooConnections(workers: OdooWorkers): number {
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

/** The process classes of Odoo: one configuration each. */
export type OdooClass = 'web' | 'gevent' | 'cron';

function classSettings(process: OdooClass, environment: OdooEnvironment): Readonly<Record<string, string | number>> {
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

/** Odoo finds its own add-ons by itself. */
function addonsPath({ addonDirectories = [] }: OdooPlace): Readonly<Record<string, string>> {
  return addonDirectories.length === 0 ? {} : { addons_path: addonDirectories.join(',') };
}

/** The configuration of one Odoo process class. The database password is not in it: libpq finds it itself. */
export function odooConf(process: OdooClass, environment: OdooEnvironment, place: OdooPlace): string {
  const settings: Readonly<Record<string, string | number>> = {
    data_dir: place.dataDirectory,
    db_host: place.databaseHost,
    db_port: place.databasePort,
    db_user: place.databaseUser,
    db_name: environment.database,
    dbfilter: `^${environment.database}$`,
    list_db: 'False',
    http_interface: place.listenOn,
    http_port: place.webPort,
    gevent_port: place.geventPort,
    proxy_mode: 'False',
    ...addonsPath(place),
    ...(place.logFile === undefined ? {} : { logfile: place.logFile }),
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
