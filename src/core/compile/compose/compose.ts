import { stringify } from 'yaml';
import { type OdooClass, type OdooEnvironment, odooConf, odooConnections } from '../odoo/odoo-conf.ts';

/** An environment as platform `compose` runs it. */
export interface ComposeEnvironment extends OdooEnvironment {
  readonly modules: readonly string[];
  /** Loopback ports on the machine that runs the containers. */
  readonly ports: { readonly postgres: number; readonly web: number; readonly gevent: number };
  /** The name that Compose knows the project by; made of the environment's own where it is absent. */
  readonly project?: string | undefined;
  /** Directories of add-ons besides Odoo's own, on the machine that runs the containers. */
  readonly addonDirectories?: readonly string[] | undefined;
  /** Directories on the machine, from the project's own, that take the place of volumes: the observer reads files and logs there. */
  readonly directories?: ComposeDirectories | undefined;
}

/** Where a project keeps what outlives its containers. */
export interface ComposeDirectories {
  readonly odooData: string;
  readonly logs: string;
  readonly postgresData: string;
}

export interface ComposeFile {
  readonly path: string;
  readonly content: string;
}

/** The official images. PostgreSQL is of the same series as on platform `host`, so that both behave alike. */
export const composeImages = { odoo: 'odoo:19.0', postgres: 'postgres:15' } as const;

/** Paths, ports and names inside the containers. */
export const insideContainers = {
  ports: { web: 8069, gevent: 8072, postgres: 5432 },
  odooData: '/var/lib/odoo',
  logs: '/var/log/plimsoll',
  addons: '/mnt/plimsoll-addons',
  /** The user that Odoo runs as, as its image names it. */
  odooUser: 'odoo',
  databaseHost: 'postgres',
  databaseRole: 'odoo',
} as const;
const inside = insideContainers.ports;
const data = insideContainers.odooData;
const launcher = '/opt/plimsoll/launch.py';
const configurationOf = (process: OdooClass): string => `/etc/plimsoll/${process}.conf`;

/** The variable that carries the database password: in the shell or in an `.env` file, never in a compiled file. */
export function passwordVariable(environment: string): string {
  return `PLIMSOLL_${environment.replaceAll(/[^a-zA-Z0-9]/g, '_').toUpperCase()}_POSTGRES_PASSWORD`;
}

const probe = (url: string): readonly string[] => [
  'CMD',
  'python3',
  '-c',
  `import urllib.request as web; web.urlopen('${url}', timeout=4)`,
];

const everyTenSeconds = { interval: '10s', timeout: '5s', retries: 6, start_period: '60s' } as const;

const healthChecks: Readonly<Record<OdooClass, readonly string[]>> = {
  web: probe(`http://127.0.0.1:${inside.web}/web/health?db_server_status=1`),
  gevent: probe(`http://127.0.0.1:${inside.gevent}/web/health`),
  // Scheduled jobs serve nobody over HTTP: the process lives, so what is left to prove is that it reaches its database.
  cron: ['CMD', 'python3', '-c', "import psycopg2; psycopg2.connect('').close()"],
};

const addonsInside = ({ addonDirectories = [] }: ComposeEnvironment): readonly string[] =>
  addonDirectories.map((_directory, index) => `${insideContainers.addons}/${index + 1}`);

function addonVolumes(environment: ComposeEnvironment): readonly string[] {
  const inside = addonsInside(environment);
  return (environment.addonDirectories ?? []).map((directory, index) => `${directory}:${inside[index]}:ro`);
}

function odooBase(environment: ComposeEnvironment, process: OdooClass) {
  const { directories } = environment;
  const logs = directories === undefined ? [] : [`${directories.logs}:${insideContainers.logs}`];
  return {
    image: composeImages.odoo,
    // A first process that passes signals on and reaps: as the first one itself, Python would ignore a stop.
    init: true,
    entrypoint: ['python3', launcher],
    environment: {
      HOME: data,
      PGDATABASE: environment.database,
      PGHOST: insideContainers.databaseHost,
      PGPASSWORD: `\${${passwordVariable(environment.name)}:?}`,
      PGUSER: insideContainers.databaseRole,
    },
    volumes: [
      `${directories?.odooData ?? 'odoo-data'}:${data}`,
      ...logs,
      ...addonVolumes(environment),
      `./launch.py:${launcher}:ro`,
      `./${process}.conf:${configurationOf(process)}:ro`,
    ],
  };
}

function odooService(environment: ComposeEnvironment, process: OdooClass) {
  const verb = process === 'gevent' ? 'gevent' : 'server';
  const port = process === 'cron' ? undefined : `127.0.0.1:${environment.ports[process]}:${inside[process]}`;
  return {
    ...odooBase(environment, process),
    command: [verb, '--config', configurationOf(process)],
    depends_on: {
      database: { condition: 'service_completed_successfully' },
      postgres: { condition: 'service_healthy' },
    },
    healthcheck: { test: healthChecks[process], ...everyTenSeconds },
    ...(port === undefined ? {} : { ports: [port] }),
    restart: 'unless-stopped',
    stop_grace_period: '20s',
  };
}

/** Creates the database and installs the modules, once: with everything installed it changes nothing and ends. */
function databaseService(environment: ComposeEnvironment) {
  const install = ['--init', environment.modules.join(','), '--without-demo', '--stop-after-init', '--no-http'];
  return {
    ...odooBase(environment, 'cron'),
    command: ['server', '--config', configurationOf('cron'), '--max-cron-threads', '0', ...install],
    depends_on: { postgres: { condition: 'service_healthy' } },
    restart: 'no',
  };
}

function postgresService(environment: ComposeEnvironment) {
  const settings = [
    `max_connections=${Math.max(60, odooConnections(environment.workers) + 30)}`,
    'shared_preload_libraries=pg_stat_statements',
    'track_io_timing=on',
    'log_lock_waits=on',
  ];
  return {
    image: composeImages.postgres,
    command: ['postgres', ...settings.flatMap((setting) => ['-c', setting])],
    environment: {
      POSTGRES_DB: 'postgres',
      POSTGRES_PASSWORD: `\${${passwordVariable(environment.name)}:?}`,
      POSTGRES_USER: insideContainers.databaseRole,
    },
    healthcheck: { test: ['CMD', 'pg_isready', '--username', 'odoo', '--dbname', 'postgres'], ...everyTenSeconds },
    ports: [`127.0.0.1:${environment.ports.postgres}:${inside.postgres}`],
    restart: 'unless-stopped',
    stop_grace_period: '60s',
    volumes: [`${environment.directories?.postgresData ?? 'postgres-data'}:/var/lib/postgresql/data`],
  };
}

/**
 * The environment as a Compose project on the official images: web, long polling and scheduled jobs as services of their own
 * (APP-01), every port on loopback. `launcherText` is the program that starts one process class.
 */
export function compileCompose(environment: ComposeEnvironment, launcherText: string): readonly ComposeFile[] {
  const project = {
    name: environment.project ?? `plimsoll-${environment.name}`,
    services: {
      postgres: postgresService(environment),
      database: databaseService(environment),
      web: odooService(environment, 'web'),
      gevent: odooService(environment, 'gevent'),
      cron: odooService(environment, 'cron'),
    },
    ...(environment.directories === undefined ? { volumes: { 'odoo-data': {}, 'postgres-data': {} } } : {}),
  };
  const place = {
    dataDirectory: data,
    databaseHost: insideContainers.databaseHost,
    databasePort: inside.postgres,
    databaseUser: insideContainers.databaseRole,
    // Inside a container; the machine's own ports are bound to loopback above.
    listenOn: '0.0.0.0',
    webPort: inside.web,
    geventPort: inside.gevent,
    addonDirectories: addonsInside(environment),
  };
  const logFile = (process: OdooClass): string | undefined =>
    environment.directories === undefined ? undefined : `${insideContainers.logs}/${process}.log`;
  const header = `# ${environment.name}: compiled by Plimsoll; changes here are overwritten.\n`;
  return [
    { path: 'compose.yaml', content: header + stringify(project, { lineWidth: 0 }) },
    ...(['web', 'gevent', 'cron'] as const).map((process) => ({
      path: `${process}.conf`,
      content: odooConf(process, environment, { ...place, logFile: logFile(process) }),
    })),
    { path: 'launch.py', content: launcherText },
  ];
}
