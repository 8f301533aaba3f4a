import { access, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readOnlyRole, readOnlyRoleStatements } from '../../core/observe/index.ts';
import { administrate, ensureRole, newPassword, ownedFile, type SuperuserAccess } from './cluster.ts';

/** The files that the estate's `file:state/<environment>/…` references name. Each is readable by its owner alone. */
export const credentialFiles = {
  login: 'odoo-login',
  apiKey: 'odoo-api-key',
  postgresUrl: 'postgres-url',
  adminPassword: 'odoo-admin-password',
} as const;

const names = Object.values(credentialFiles);

function readOnlyUrl(port: number, database: string, password: string): string {
  return `postgres://${readOnlyRole}:${password}@127.0.0.1:${port}/${database}`;
}

/** Whether every file is there and points at where the database is now. */
export async function hasCredentials(directory: string, port: number, database: string): Promise<boolean> {
  const present = await Promise.all(
    names.map((name) =>
      access(join(directory, name)).then(
        () => true,
        () => false,
      ),
    ),
  );
  if (!present.every(Boolean)) return false;
  const url = await readFile(join(directory, credentialFiles.postgresUrl), 'utf8');
  return url.trim().endsWith(`@127.0.0.1:${port}/${database}`);
}

/** Creates the observing role with a new password; it can read what the packs name and nothing else. */
export async function createReadOnlyRole(
  access: SuperuserAccess,
  databases: { readonly at: string; readonly final: string },
) {
  const password = newPassword();
  await administrate(
    access,
    async (sql) => {
      await ensureRole(sql, readOnlyRole, password, 'nosuperuser nocreatedb nocreaterole');
      for (const statement of readOnlyRoleStatements()) await sql.unsafe(statement);
    },
    databases.at,
  );
  return readOnlyUrl(access.port, databases.final, password);
}

/** Writes the credential files, the API key last: with it, the set is complete. */
export async function writeCredentials(
  directory: string,
  values: { readonly adminPassword: string; readonly postgresUrl: string; readonly apiKey: string },
): Promise<void> {
  await mkdir(directory, { recursive: true });
  await ownedFile(join(directory, credentialFiles.adminPassword), `${values.adminPassword}\n`, undefined);
  await ownedFile(join(directory, credentialFiles.login), 'plimsoll\n', undefined);
  await ownedFile(join(directory, credentialFiles.postgresUrl), `${values.postgresUrl}\n`, undefined);
  await ownedFile(join(directory, credentialFiles.apiKey), `${values.apiKey}\n`, undefined);
}
