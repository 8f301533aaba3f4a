// Compiles an environment to what platform `host` needs: configuration per process class and the processes to run.

import { odooConf } from '../odoo/odoo-conf.ts';
import { hostPaths, odooRole } from './layout.ts';
import type { HostArtefacts, HostEnvironment, HostLayout } from './model.ts';
import { pgbackrestConf } from './pgbackrest-conf.ts';
import { postgresConf } from './postgres-conf.ts';
import { hostProcesses } from './processes.ts';

export { hostPaths, hostUsers, odooRole } from './layout.ts';
export type * from './model.ts';
export { pgbackrestCommand, pgbackrestConf } from './pgbackrest-conf.ts';
export { odooCommand } from './processes.ts';

/** The files and processes of an environment on this layout. The same input gives the same artefacts. */
export function compileHost(environment: HostEnvironment, layout: HostLayout): HostArtefacts {
  const paths = hostPaths(layout);
  return {
    files: [
      { path: paths.configuration('postgres'), content: postgresConf(environment, layout) },
      ...(environment.archive === undefined
        ? []
        : [{ path: paths.pgbackrest.configuration, content: pgbackrestConf(environment.archive, layout) }]),
      ...(['web', 'gevent', 'cron'] as const).map((process) => ({
        path: paths.configuration(process),
        content: odooConf(process, environment, {
          dataDirectory: paths.odooData,
          databaseHost: '127.0.0.1',
          databasePort: layout.ports.postgres,
          databaseUser: odooRole,
          listenOn: '127.0.0.1',
          webPort: layout.ports.web,
          geventPort: layout.ports.gevent,
          logFile: paths.log(process),
          addonDirectories: environment.addonDirectories,
        }),
      })),
    ],
    processes: hostProcesses(environment, layout),
  };
}
