import { hostPaths, hostUsers } from './layout.ts';
import type { HostComponent, HostEnvironment, HostLayout, ProcessSpecification } from './model.ts';

function odooEnvironment(layout: HostLayout): Readonly<Record<string, string>> {
  return {
    HOME: hostPaths(layout).odooData,
    LANG: 'C.UTF-8',
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    PGPASSFILE: hostPaths(layout).passwordFile,
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONPATH: `${layout.softwareDirectory}/usr/lib/python3/dist-packages`,
  };
}

/** The command line that runs an Odoo sub-command with the unpacked package on the system's own Python. */
export function odooCommand(layout: HostLayout, ...args: readonly string[]) {
  return { command: ['/usr/bin/python3', layout.launcherFile, ...args], environment: odooEnvironment(layout) } as const;
}

function postgresProcess(layout: HostLayout): ProcessSpecification<HostComponent> {
  const paths = hostPaths(layout);
  return {
    component: 'postgres',
    why: "the environment's database",
    command: [`${layout.postgresBinaries}/postgres`, '-D', paths.postgresData],
    environment: { LANG: 'C.UTF-8', PATH: '/usr/bin:/bin' },
    user: hostUsers.postgres,
    directory: `${layout.runtimeDirectory}/postgres`,
    logFile: paths.output('postgres'),
    ready: { kind: 'postgres', port: layout.ports.postgres },
    readyWithinSeconds: 60,
    // SIGINT is PostgreSQL's fast shutdown: sessions end, nothing is lost.
    stopSignal: 'SIGINT',
    stopWithinSeconds: 30,
  };
}

function odooProcess(
  component: 'web' | 'gevent' | 'cron',
  layout: HostLayout,
  rest: Pick<ProcessSpecification, 'why' | 'ready'> & { readonly verb: readonly string[] },
): ProcessSpecification<HostComponent> {
  const paths = hostPaths(layout);
  return {
    component,
    why: rest.why,
    ...odooCommand(layout, ...rest.verb, '--config', paths.configuration(component)),
    user: hostUsers.odoo,
    directory: paths.odooData,
    logFile: paths.output(component),
    ready: rest.ready,
    readyWithinSeconds: 120,
    stopSignal: 'SIGTERM',
    stopWithinSeconds: 20,
  };
}

/** The processes of one environment, in the order they start; they stop in the reverse order. */
export function hostProcesses(
  _environment: HostEnvironment,
  layout: HostLayout,
): readonly ProcessSpecification<HostComponent>[] {
  const paths = hostPaths(layout);
  return [
    postgresProcess(layout),
    odooProcess('web', layout, {
      why: 'pages and API calls, in worker processes of their own so that background work cannot take them',
      verb: ['server'],
      ready: { kind: 'http', url: `http://127.0.0.1:${layout.ports.web}/web/health?db_server_status=1` },
    }),
    odooProcess('gevent', layout, {
      why: 'websockets and long polling, which would otherwise hold a worker each',
      verb: ['gevent'],
      ready: { kind: 'http', url: `http://127.0.0.1:${layout.ports.gevent}/web/health` },
    }),
    odooProcess('cron', layout, {
      why: 'scheduled jobs, apart from the people who work',
      verb: ['server'],
      ready: { kind: 'log', file: paths.log('cron'), text: 'Registry loaded' },
    }),
  ];
}
