import type { Seconds } from '../../kernel/index.ts';
import { widthViewStatements } from '../database/bloat.ts';
import { type SqlPack, sqlPacks, versionSql } from '../packs/index.ts';

/** The role that Plimsoll observes with, unless an estate names another. */
export const readOnlyRole = 'plimsoll_observer';

/** One statement that makes or trims the read-only role, and why it is there. */
export interface RoleStatement {
  readonly sql: string;
  readonly why: string;
  /** May fail without harm: the reason then is what will not be seen. */
  readonly isOptional: boolean;
}

export interface ReaderRole {
  readonly role: string;
  readonly database: string;
  /** `undefined` leaves a password as it is. */
  readonly password: string | undefined;
  readonly statementTimeoutSeconds: Seconds;
}

/** A name as SQL takes it, whatever it holds. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL takes it, whatever it holds. */
export function quoteLiteral(text: string): string {
  return `${text.includes('\\') ? 'E' : ''}'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** Every table and column that the pack reads. */
export function columnsRead(pack: SqlPack): ReadonlyMap<string, readonly string[]> {
  const columns = new Map<string, Set<string>>();
  for (const { reads } of [...pack.indicators, ...pack.facts, versionSql]) {
    for (const [table, names] of Object.entries(reads)) {
      const known = columns.get(table) ?? new Set<string>();
      columns.set(table, known);
      for (const name of names) known.add(name);
    }
  }
  return new Map([...columns].sort(([a], [b]) => (a < b ? -1 : 1)).map(([table, names]) => [table, [...names].sort()]));
}

function creation({ role, database, password, statementTimeoutSeconds }: ReaderRole): readonly RoleStatement[] {
  const name = quoteIdentifier(role);
  const must = (sql: string, why: string): RoleStatement => ({ sql, why, isOptional: false });
  const settings: readonly (readonly [string, string, string])[] = [
    ['default_transaction_read_only', 'on', 'it writes nothing, whatever it is asked'],
    [
      'statement_timeout',
      `${Math.round(statementTimeoutSeconds * 1_000)}ms`,
      'no question may burden the server for long',
    ],
    ['lock_timeout', '1s', 'it does not queue behind a lock'],
    ['idle_in_transaction_session_timeout', '10s', 'it holds back no vacuum'],
  ];
  return [
    must(
      `do $$ begin if not exists (select from pg_roles where rolname = ${quoteLiteral(role)}) then create role ${name} login; end if; end $$`,
      'the role that Plimsoll reads with',
    ),
    must(
      `alter role ${name} login nosuperuser nocreatedb nocreaterole noreplication connection limit 5${password === undefined ? '' : ` password ${quoteLiteral(password)}`}`,
      'it may do nothing else, and holds few connections',
    ),
    ...settings.map(([setting, value, why]) => must(`alter role ${name} set ${setting} = ${quoteLiteral(value)}`, why)),
    must(`grant connect on database ${quoteIdentifier(database)} to ${name}`, 'it may connect to this database'),
    must(`grant usage on schema public to ${name}`, 'it may name the tables of Odoo'),
    {
      sql: `grant pg_monitor to ${name}`,
      why: 'it sees the sessions of others: without it, a lock names its holder by process id alone',
      isOptional: true,
    },
    ...widthViewStatements(name).map((sql) => ({
      sql,
      why: 'it sees how wide columns are, never what is in them: without it, bloat is not estimated',
      isOptional: true,
    })),
  ];
}

/**
 * What makes the read-only role: created where missing, and allowed to read the columns of the pack that exist, one by
 * one. Passwords, bodies of mails and contents of attachments are not among them. Running it again changes nothing.
 */
export function readerRoleStatements(
  reader: ReaderRole,
  pack: SqlPack,
  existing: ReadonlyMap<string, ReadonlySet<string>>,
): readonly RoleStatement[] {
  const grants = [...columnsRead(pack)].flatMap(([table, columns]): readonly RoleStatement[] => {
    const present = columns.filter((column) => existing.get(table)?.has(column));
    if (present.length === 0) return [];
    const names = present.map(quoteIdentifier).join(', ');
    return [
      {
        sql: `grant select (${names}) on public.${quoteIdentifier(table)} to ${quoteIdentifier(reader.role)}`,
        why: `indicators read ${table}`,
        isOptional: false,
      },
    ];
  });
  return [...creation(reader), ...grants];
}

/**
 * The same for a database of any version that has a pack, as statements that pass over what is not there. The role
 * exists already: who creates it chooses its password, which is no part of this. Safe to repeat.
 */
export function readOnlyRoleStatements(role: string = readOnlyRole): readonly string[] {
  const name = quoteIdentifier(role);
  const pairs = new Set(
    sqlPacks.flatMap((pack) =>
      [...columnsRead(pack)].flatMap(([table, columns]) =>
        columns.map((column) => `(${quoteLiteral(table)}, ${quoteLiteral(column)})`),
      ),
    ),
  );
  const loop = `do $grant$
declare wanted record;
begin
  for wanted in
    select present.table_name, string_agg(quote_ident(present.column_name), ', ') as columns
    from information_schema.columns present
    join (values ${[...pairs].join(', ')}) as named (table_name, column_name)
      on named.table_name = present.table_name and named.column_name = present.column_name
    where present.table_schema = 'public' group by present.table_name
  loop
    execute format('grant select (%s) on public.%I to %I', wanted.columns, wanted.table_name, ${quoteLiteral(role)});
  end loop;
end
$grant$`;
  return [
    `alter role ${name} set default_transaction_read_only = on`,
    `alter role ${name} set lock_timeout = '1s'`,
    `alter role ${name} set idle_in_transaction_session_timeout = '10s'`,
    `grant pg_monitor to ${name}`,
    `grant usage on schema public to ${name}`,
    ...widthViewStatements(name),
    loop,
  ];
}
