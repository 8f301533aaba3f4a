import { insideContainers } from '../../core/compile/index.ts';
import type { StepContext } from '../../ports/host.ts';
import { administrate, executeFormatted, type SuperuserAccess } from '../host/cluster.ts';
import { installLogistics } from '../host/odoo-seed.ts';
import { containerOdoo, runInImage } from './odoo.ts';
import type { Project } from './project.ts';

const filestore = (database: string): string => `${insideContainers.odooData}/filestore/${database}`;

/**
 * Makes the logistics database in containers for single commands. It is built under another name and renamed when it is
 * whole, so an attempt that was killed counts as none and the next one starts clean; a finished one is left as it is.
 */
export async function createWholeDatabase(
  { project, superuser }: { readonly project: Project; readonly superuser: SuperuserAccess },
  { database, modules }: { readonly database: string; readonly modules: readonly string[] },
  finish: (building: string) => Promise<void>,
  context: StepContext,
): Promise<void> {
  const { signal } = context;
  const found = await administrate(superuser, (sql) => sql`select 1 from pg_database where datname = ${database}`);
  if (found.length > 0) return;
  const building = `${database}_building`;
  context.report({ detail: 'making room for it' });
  await administrate(superuser, (sql) => executeFormatted(sql, 'drop database if exists %I with (force)', building));
  // The engine makes missing directories as root; and what was built under either name before was never whole.
  await runInImage(project, ['rm', '-rf', '--', filestore(building), filestore(database)], signal);
  const { odooData, logs, odooUser } = insideContainers;
  await runInImage(project, ['chown', `${odooUser}:${odooUser}`, odooData, logs], signal);
  await installLogistics(containerOdoo(project), { database: building, modules }, context);
  await finish(building);
  // Files first: a database under its final name must never lack them.
  await runInImage(project, ['mv', '--no-target-directory', filestore(building), filestore(database)], signal);
  await administrate(superuser, (sql) => executeFormatted(sql, 'alter database %I rename to %I', building, database));
}
