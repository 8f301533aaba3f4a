import { join } from 'node:path';
import type { HostLayout } from '../../core/compile/host/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import { installLauncher, postgresBinaries } from '../host/places.ts';

/** The port numbers inside a place, where nobody else can have them. */
export const innerPorts = { postgres: 5432, web: 8069, gevent: 8072 } as const;

/** The kernel's limit for the path of a socket file, less its closing zero. */
const longestSocketPath = 107;

/** Sockets by which a place is reached. */
export function socketsOf(directory: string) {
  const sockets = join(directory, 's');
  return {
    directory: sockets,
    postgres: join(sockets, `.s.PGSQL.${innerPorts.postgres}`),
    odoo: join(directory, 'odoo.sock'),
  } as const;
}

/** Throws SETTING_INVALID where places below this root would have socket paths that the kernel refuses. */
export function requireShortRoot(root: string): void {
  const { postgres } = socketsOf(join(root, 'place-00000000'));
  if (Buffer.byteLength(postgres) <= longestSocketPath) return;
  throw new Fault(
    'SETTING_INVALID',
    `${root} is too long a path for the sockets of a restored copy; choose a shorter one.`,
  );
}

/** The layout of a place, as the host platform's own tools read it; its database is reached by way of a relay. */
export async function layoutOf(directory: string, softwareDirectory: string, relayPort: number): Promise<HostLayout> {
  return {
    runtimeDirectory: directory,
    softwareDirectory,
    launcherFile: await installLauncher(join(directory, 'bin')),
    postgresBinaries,
    ports: { ...innerPorts, postgres: relayPort },
  };
}
