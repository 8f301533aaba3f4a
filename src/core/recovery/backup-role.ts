import { quoteIdentifier, quoteLiteral, type RoleStatement } from '../observe/index.ts';

/** The role that backups read with, unless an estate names another (decision 0070). */
export const backupRole = 'plimsoll_backup';

export interface BackupRole {
  readonly role: string;
  readonly database: string;
  /** `undefined` leaves a password as it is. */
  readonly password: string | undefined;
}

/**
 * What makes the role that backups read with: created where missing, allowed to read everything, and to take the one lock that
 * keeps Odoo's collection of files out. It can change nothing that is there. Running it again changes nothing.
 */
export function backupRoleStatements({ role, database, password }: BackupRole): readonly RoleStatement[] {
  const name = quoteIdentifier(role);
  const secret = password === undefined ? '' : ` password ${quoteLiteral(password)}`;
  const must = (sql: string, why: string): RoleStatement => ({ sql, why, isOptional: false });
  return [
    must(
      `do $$ begin if not exists (select from pg_roles where rolname = ${quoteLiteral(role)}) then create role ${name} login; end if; end $$`,
      'the role that backups read with',
    ),
    must(
      `alter role ${name} login nosuperuser nocreatedb nocreaterole noreplication connection limit 20${secret}`,
      'it may do nothing else, and holds few connections',
    ),
    must(`grant connect on database ${quoteIdentifier(database)} to ${name}`, 'it may connect to this database'),
    must(`grant pg_read_all_data to ${name}`, 'a dump reads every table and sequence'),
    must(
      `grant insert on public.ir_attachment to ${name}`,
      "the lock that keeps Odoo's collection of files out while the pair is taken asks for a right to write",
    ),
    {
      sql: `grant execute on function pg_control_system() to ${name}`,
      why: 'the manifest says which cluster it came from',
      isOptional: true,
    },
  ];
}
