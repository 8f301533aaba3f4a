import type { Environment, SecretReference } from '../../../core/estate/index.ts';
import { backupRole, backupRoleStatements } from '../../../core/recovery/index.ts';
import { createBackupRole, verifyBackupRole } from '../../../workflows/recovery/connect-backup.ts';
import { declaredBackupRole, openBackupRole, writeBackupUrl } from '../../wire-backup-role.ts';
import { newReaderPassword, openAdmin } from '../../wire-observe.ts';
import type { CommandContext } from '../command.ts';

async function verify(environment: Environment, { settings, signal }: CommandContext): Promise<string | undefined> {
  const source = await openBackupRole(environment, settings);
  if (source === undefined) return 'the environment declares no connect.backup.url';
  try {
    return await verifyBackupRole(source, signal);
  } finally {
    await source.close();
  }
}

/** Says whether backups can be taken, and what somebody with the right to do it would run. */
export async function explainBackup(environment: Environment, context: CommandContext): Promise<number> {
  const { output, settings } = context;
  const missing = await verify(environment, context);
  const role = (await declaredBackupRole(environment, settings))?.role ?? backupRole;
  const statements = backupRoleStatements({ role, database: environment.odoo.database, password: undefined });
  output.json({
    environment: environment.name,
    role,
    works: missing === undefined,
    missing: missing ?? null,
    statements,
  });
  if (missing === undefined) {
    output.line(`Backups of ${environment.name} can be taken: the role reads the whole database and takes the lock.`);
    return 0;
  }
  output.line(`Backups of ${environment.name} cannot be taken: ${missing}`);
  output.line();
  output.line('Either let Plimsoll make the role, with an administrator of that database:');
  output.line(
    `  ADMIN_URL=postgres://postgres:…@host/${environment.odoo.database} plimsoll connect ${environment.name} --backup --admin env:ADMIN_URL`,
  );
  output.line('or run this yourself, connected to that database, and then set its password with \\password:');
  for (const { sql, why } of statements) output.line(`  ${sql}; -- ${why}`);
  return 1;
}

/** Makes the role, and writes its address where only its owner reads it. */
export async function createBackup(
  environment: Environment,
  admin: SecretReference,
  context: CommandContext,
): Promise<number> {
  const { output, settings } = context;
  const opened = await openAdmin(admin, settings);
  try {
    const declared = await declaredBackupRole(environment, settings);
    const role = declared?.role ?? backupRole;
    const password = declared === undefined ? newReaderPassword() : declared.password;
    const refused = await createBackupRole(opened.admin, { role, password });
    const reference =
      declared !== undefined || password === undefined
        ? undefined
        : await writeBackupUrl(environment, settings, { adminUrl: opened.url, role, password });
    const isDeclared = environment.connect.backup !== undefined;
    const missing = isDeclared ? await verify(environment, context) : undefined;
    output.json({
      environment: environment.name,
      role,
      refused,
      reference: reference ?? null,
      missing: missing ?? null,
    });
    output.line(
      `The role ${role} reads the whole database of ${environment.name}. It may add rows to ir_attachment, which its lock asks for, and change or delete none.`,
    );
    for (const { why, reason } of refused) output.line(`  not granted: ${why} (${reason})`);
    if (reference !== undefined) output.line(`  its address: connect: { backup: { url: "${reference}" } }`);
    if (missing !== undefined) output.line(`  it cannot back up: ${missing}`);
    return missing === undefined ? 0 : 1;
  } finally {
    await opened.admin.close();
  }
}
