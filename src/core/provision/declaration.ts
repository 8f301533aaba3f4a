import type { HostEnvironment } from '../compile/index.ts';
import type { Environment } from '../estate/index.ts';

/** Loopback ports of an environment on platform `host`. */
export interface HostPorts {
  readonly postgres: number;
  readonly web: number;
  readonly gevent: number;
}

export const defaultPostgresPort = 5470;
const defaultWebPort = 8069;

/** The ports an environment needs: the web port is the one that `connect.odoo.url` names, long polling is three above it. */
export function hostPorts(environment: Environment, postgresPort: number | undefined): HostPorts {
  const url = environment.connect.odoo?.url;
  const declared = typeof url === 'string' && URL.canParse(url) ? Number(new URL(url).port) : 0;
  const web = declared > 0 ? declared : defaultWebPort;
  return { postgres: postgresPort ?? defaultPostgresPort, web, gevent: web + 3 };
}

/** The declared environment as the host compiler takes it. */
export function hostEnvironment(environment: Environment, memoryBytes: number): HostEnvironment {
  const { web, gevent, cron } = environment.workers;
  return {
    name: environment.name,
    database: environment.odoo.database,
    workers: { web, gevent, cron },
    memoryBytes,
    isDisposable: false,
  };
}
