import type { HostComponent, HostLayout } from './model.ts';

/** The system users of platform `host`: Odoo cannot read the database's files, nor the other way round. */
export const hostUsers = { odoo: 'plimsoll-odoo', postgres: 'postgres' } as const;

/** The database role that Odoo signs in with. */
export const odooRole = 'odoo';

/** Paths inside an environment's runtime directory. */
export function hostPaths(layout: Pick<HostLayout, 'runtimeDirectory'>) {
  const root = layout.runtimeDirectory;
  return {
    postgresData: `${root}/postgres/data`,
    odooData: `${root}/odoo`,
    filestore: (database: string) => `${root}/odoo/filestore/${database}`,
    logDirectory: `${root}/log`,
    log: (component: HostComponent) => `${root}/log/${component}.log`,
    output: (component: HostComponent) => `${root}/log/${component}.out`,
    configurationDirectory: `${root}/etc`,
    configuration: (component: HostComponent) => `${root}/etc/${component}.conf`,
    passwordFile: `${root}/etc/pgpass`,
    superuserPasswordFile: `${root}/postgres/superuser-password`,
    pgbackrest: {
      configuration: `${root}/etc/pgbackrest.conf`,
      /** Holds the credentials and the passphrase; only PostgreSQL's user reads it. */
      secretsDirectory: `${root}/postgres/pgbackrest/conf.d`,
      passwordFile: `${root}/postgres/pgbackrest/pgpass`,
      lock: `${root}/postgres/pgbackrest/lock`,
      spool: `${root}/postgres/pgbackrest/spool`,
      log: `${root}/postgres/pgbackrest/log`,
    },
  } as const;
}
