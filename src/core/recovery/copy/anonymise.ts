import {
  type AnonymiseRule,
  credentialColumn,
  credentialTables,
  type Disguise,
  emptiedTables,
  keptAttachmentModels,
  odooRules,
  plainIdentifier,
} from './rules.ts';

/** A column of the restored database, as it says itself. */
export interface ColumnFact {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly isNullable: boolean;
}

/** A statement with its values: what is from outside is never part of the text. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Reads the columns of all tables: `table`, `column`, `type`, `nullable`. */
export const columnsSql = `select c.table_name::text as "table", c.column_name::text as "column",
    c.data_type::text as type, c.is_nullable = 'YES' as nullable
  from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
  where c.table_schema = 'public' and t.table_type = 'BASE TABLE' order by 1, 2`;

const textTypes: readonly string[] = ['text', 'character varying', 'character'];
const token = (column: string): string => `encode(sha256(convert_to($1 || ${column}, 'UTF8')), 'hex')`;
const address = (column: string): string =>
  `lower(coalesce(substring(${column} from '[^<>[:space:],;"]+@[^<>[:space:],;"]+'), ${column}))`;

/** The expression that replaces a column; `$1` is the key. The same content gives the same disguise in every table. */
const disguised: Readonly<Record<Exclude<Disguise, 'nothing'>, (column: string) => string>> = {
  name: (column) => `'Person ' || substr(${token(`lower(btrim(${column}))`)}, 1, 10)`,
  email: (column) => `substr(${token(address(column))}, 1, 16) || '@example.invalid'`,
  phone: (column) =>
    `'+000' || lpad((('x' || substr(${token(`regexp_replace(${column}, '[^0-9]', '', 'g')`)}, 1, 8))::bit(32)::bigint % 100000000)::text, 8, '0')`,
  street: (column) => `'Street ' || substr(${token(`lower(btrim(${column}))`)}, 1, 8)`,
  number: (column) =>
    `'XX' || upper(substr(${token(`regexp_replace(upper(${column}), '[^0-9A-Z]', '', 'g')`)}, 1, 20))`,
  login: (column) =>
    `case when ${column} like '%@%' then substr(${token(address(column))}, 1, 16) || '@example.invalid'
      else 'user-' || substr(${token(`lower(btrim(${column}))`)}, 1, 12) end`,
  text: () => `'<p>Anonymised.</p>'`,
};

/** People of Odoo's own, and the companies whose copy it is: everybody knows them. */
const keeps: Readonly<Record<string, string>> = {
  'res_partner name': `id not in (select partner_id from res_company)
    and id not in (select res_id from ir_model_data where model = 'res.partner' and module = 'base')`,
  'res_users login': `id not in (select res_id from ir_model_data where model = 'res.users' and module in ('base', 'mail'))
    and login not in ('public', 'portaltemplate', '__system__')`,
};
/** Where only some rows of a column are emptied: a line of an entry that is about goods keeps what it is called. */
const emptiesOnly: Readonly<Record<string, string>> = { 'account_move_line name': 'product_id is null' };
/** Quoted, for a column may be called like a word of SQL; what would need escaping is no part of a rule. */
const quoted = (name: string): string => `"${name}"`;

const keptFor = ({ table, column, as }: AnonymiseRule): string => {
  const kind = table === 'res_partner' && as === 'name' ? 'name' : column;
  return keeps[`${table} ${kind}`] ?? 'true';
};

function replacing(rule: AnonymiseRule, fact: ColumnFact): Statement {
  const { as } = rule;
  const [table, column] = [quoted(rule.table), quoted(rule.column)];
  const isText = textTypes.includes(fact.type);
  if (as === 'nothing' || !isText) {
    const nothing = fact.isNullable ? 'null' : "''";
    const only = emptiesOnly[`${rule.table} ${rule.column}`];
    const where = `${column} is not null${only === undefined ? '' : ` and ${only}`}`;
    return { sql: `update ${table} set ${column} = ${nothing} where ${where}`, values: [] };
  }
  const expression = disguised[as](column);
  // PostgreSQL refuses a value that no statement uses.
  const values = (key: string): readonly string[] => (as === 'text' ? [] : [key]);
  return {
    sql: `update ${table} set ${column} = ${expression} where ${column} is not null and ${column} <> '' and ${keptFor(rule)}`,
    values: values('$key'),
  };
}

/** The rules that apply to a database: Odoo's own, what is declared, and credentials by their names. */
export function rulesFor(columns: readonly ColumnFact[], declared: readonly AnonymiseRule[]): readonly AnonymiseRule[] {
  const credentials = columns
    .filter(({ table, column }) => credentialTables.includes(table) && credentialColumn.test(column))
    .map(({ table, column }): AnonymiseRule => ({ table, column, as: 'nothing' }));
  const byColumn = new Map<string, AnonymiseRule>();
  for (const rule of [...credentials, ...odooRules, ...declared]) byColumn.set(`${rule.table}.${rule.column}`, rule);
  const safe = ({ table, column }: AnonymiseRule): boolean =>
    plainIdentifier.test(table) && plainIdentifier.test(column);
  const present = new Set(columns.map(({ table, column }) => `${table}.${column}`));
  return [...byColumn.values()].filter((rule) => safe(rule) && present.has(`${rule.table}.${rule.column}`));
}

const originalsTable = 'plimsoll_original';

/** Remembers what must not be found again: addresses and names, as they were. Removed with `forgetOriginals`. */
export function rememberOriginals(
  rules: readonly AnonymiseRule[],
  columns: readonly ColumnFact[],
): readonly Statement[] {
  const isText = new Set(
    columns.filter(({ type }) => textTypes.includes(type)).map((each) => `${each.table}.${each.column}`),
  );
  const remembered = rules
    .filter(({ as }) => as === 'name' || as === 'email' || as === 'login')
    .filter(({ table, column }) => isText.has(`${table}.${column}`))
    .map((rule): Statement => {
      const { as } = rule;
      const [table, column] = [quoted(rule.table), quoted(rule.column)];
      const isAddress = as !== 'name';
      const value = isAddress ? address(column) : `lower(btrim(${column}))`;
      const only = isAddress ? `${column} like '%@%'` : `btrim(${column}) ~ '[^[:space:]][[:space:]]+[^[:space:]]'`;
      const kind = isAddress ? 'email' : 'name';
      return {
        sql: `insert into ${originalsTable} (value, kind) select distinct ${value}, '${kind}' from ${table}
          where ${column} is not null and ${only} and ${keptFor(rule)} on conflict do nothing`,
        values: [],
      };
    });
  return [
    {
      sql: `create table ${originalsTable} (value text not null, kind text not null, primary key (value, kind))`,
      values: [],
    },
    ...remembered,
    // A partner that is called like an own company, or like one of Odoo's own, is kept with it.
    {
      sql: `delete from ${originalsTable} where kind = 'name' and value in (select lower(btrim(name)) from res_partner
        where not (${keeps['res_partner name']}))`,
      values: [],
    },
    { sql: `delete from ${originalsTable} where value like '%@example.invalid'`, values: [] },
    { sql: `grant select on ${originalsTable} to public`, values: [] },
  ];
}

export const forgetOriginals: readonly Statement[] = [{ sql: `drop table ${originalsTable}`, values: [] }];

/** Everything that anonymising changes, in order. `key` makes the disguises: with another, nobody can compute them. */
export function planAnonymise(
  columns: readonly ColumnFact[],
  declared: readonly AnonymiseRule[],
  key: string,
): readonly Statement[] {
  const facts = new Map(columns.map((fact) => [`${fact.table}.${fact.column}`, fact]));
  const tables = new Set(columns.map(({ table }) => table));
  const rows = emptiedTables
    .filter((table) => tables.has(table))
    .map((table) => ({ sql: `delete from ${table}`, values: [] }));
  const replaced = rulesFor(columns, declared).flatMap((rule) => {
    const fact = facts.get(`${rule.table}.${rule.column}`);
    return fact === undefined ? [] : [replacing(rule, fact)];
  });
  const withKey = replaced.map(({ sql, values }) => ({ sql, values: values.length === 0 ? [] : [key] }));
  // A partner's full name is made of others: of itself alone, until somebody edits it.
  const full = facts.has('res_partner.complete_name')
    ? [{ sql: 'update res_partner set complete_name = name', values: [] }]
    : [];
  return [...rows, ...transientRows, files, parameters, ...withKey, ...full];
}

/** Half-filled forms hold what people typed. Which tables they are in, Odoo knows; PostgreSQL quotes their names. */
const transientRows: readonly Statement[] = [
  {
    sql: `do $$ declare found text; begin
      for found in select replace(model, '.', '_') from ir_model where transient
        and to_regclass(format('public.%I', replace(model, '.', '_'))) is not null
      loop execute format('delete from %I', found); end loop; end $$`,
    values: [],
  },
];

const files: Statement = {
  sql: `delete from ir_attachment where coalesce(url, '') not like '/web/assets/%'
    and coalesce(res_model, '') <> all ($1::text[]) and not (res_model is null and type = 'url')`,
  values: [keptAttachmentModels],
};

const parameters: Statement = {
  sql: `update ir_config_parameter set value = 'removed'
    where key ~ '(password|secret|token|api_key|private_key)' and key not like 'database.%' and lower(value) not in ('true', 'false')`,
  values: [],
};

/** A question whose answer is what was left: rows of `place` and `total`. */
export function leftoverSql(columns: readonly ColumnFact[]): readonly string[] {
  const byTable = new Map<string, string[]>();
  for (const { table, column, type } of columns) {
    if (table === originalsTable || (!textTypes.includes(type) && type !== 'jsonb')) continue;
    if (!plainIdentifier.test(table) || !plainIdentifier.test(column)) continue;
    byTable.set(table, [...(byTable.get(table) ?? []), column]);
  }
  return [...byTable].map(([table, names]) =>
    names
      .map(
        (column) => `select '${table}.${column}' as place, count(*)::int as total from "${table}" t
      where t."${column}" is not null and (
        exists (select from ${originalsTable} o where o.kind = 'name' and o.value = lower(btrim(t."${column}"::text)))
        or (t."${column}"::text like '%@%' and exists (
          select from regexp_matches(lower(t."${column}"::text), '[^][<>[:space:],;:"''(){}&|=]+@[^][<>[:space:],;:"''(){}&|=]+', 'g') m
          join ${originalsTable} o on o.kind = 'email' and o.value = m[1])))
      having count(*) > 0`,
      )
      .join('\nunion all '),
  );
}

/** Columns that cannot be looked into, because their names would need quoting: told, never passed over. */
export function unreadableColumns(columns: readonly ColumnFact[]): readonly string[] {
  return columns
    .filter(({ type }) => textTypes.includes(type))
    .filter(({ table, column }) => !plainIdentifier.test(table) || !plainIdentifier.test(column))
    .map(({ table, column }) => `${table}.${column}`);
}
