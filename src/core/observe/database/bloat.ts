import type { StatisticsQuery } from './statistics-query.ts';

/** Where `plimsoll connect` lets the read-only role see how wide columns are, and nothing of what is in them. */
export const widthView = 'plimsoll_observer.column_width';

/** What a page keeps for itself, and to how many bytes PostgreSQL aligns on the machines of today. */
const pageHeaderBytes = 24;
const alignBytes = 8;
/** Smaller ones are not worth a line. */
const leastPages = 64;

const aligned = (bytes: string): string => `(ceil((${bytes}) / ${alignBytes}.0) * ${alignBytes})`;
const fillFactor = (relation: string, usual: number): string =>
  `coalesce(substring(array_to_string(${relation}.reloptions, ' ') from 'fillfactor=([0-9]+)')::float8, ${usual}) / 100`;

const common = { from: 13, to: 99, everySeconds: 900, rates: {}, needs: widthView } as const;

// Both follow the way of ioguix' pgsql-bloat-estimation: how many pages would the rows need if they lay as they are
// declared, given the mean width of their columns? No table is opened, so no lock can hold these questions up.
const tables = `with shape as (
    select class.relname, class.reltuples::float8 as rows, class.relpages::float8 as pages,
      current_setting('block_size')::float8 as block, ${fillFactor('class', 100)} as fill,
      23 + case when max(width.null_share) > 0 then (7 + count(*)) / 8 else 0 end as header,
      sum((1 - width.null_share) * width.width) as data, count(*) = count(width.relation) as is_known
    from pg_class class
    join pg_namespace space on space.oid = class.relnamespace and space.nspname = 'public'
    join pg_attribute attribute on attribute.attrelid = class.oid and attribute.attnum > 0 and not attribute.attisdropped
    left join ${widthView} width on width.relation = class.oid and width.position = attribute.attnum and not width.is_inherited
    where class.relkind = 'r' and class.relpages >= ${leastPages} and class.reltuples >= 0
    group by class.oid, class.relname, class.reltuples, class.relpages, class.reloptions
  ), need as (
    select relname, pages, block,
      ceil(rows * (4 + ${aligned('header')} + ${aligned('data')}) / ((block - ${pageHeaderBytes}) * fill)) as needed
    from shape where is_known and data > 0
  )
  select relname as table, (greatest(0, pages - needed) * block)::float8 as bytes,
    (greatest(0, pages - needed) / pages)::float8 as ratio
  from need order by bytes desc, relname limit 20`;

const indexes = `with key as (
    select index.indexrelid, class.relname, class.reltuples::float8 as rows, class.relpages::float8 as pages,
      current_setting('block_size')::float8 as block, ${fillFactor('class', 90)} as fill,
      width.relation, width.null_share, width.width
    from pg_index index
    join pg_class class on class.oid = index.indexrelid and class.relpages >= ${leastPages} and class.reltuples >= 0
    join pg_namespace space on space.oid = class.relnamespace and space.nspname = 'public'
    join pg_am method on method.oid = class.relam and method.amname = 'btree'
    cross join lateral unnest(index.indkey::int2[]) with ordinality as part (attribute, place)
    left join ${widthView} width on not width.is_inherited
      and width.relation = case when part.attribute = 0 then index.indexrelid else index.indrelid end
      and width.position = case when part.attribute = 0 then part.place else part.attribute end
  ), shape as (
    select relname, rows, pages, block, fill, 8 + case when max(null_share) > 0 then 4 else 0 end as header,
      sum((1 - null_share) * width) as data, count(*) = count(relation) as is_known
    from key group by indexrelid, relname, rows, pages, block, fill
  ), need as (
    select relname, pages, block,
      1 + ceil(rows * (4 + ${aligned('header')} + ${aligned('data')}) / ((block - 16 - ${pageHeaderBytes}) * fill)) as needed
    from shape where is_known and data > 0
  )
  select relname as index, (greatest(0, pages - needed) * block)::float8 as bytes,
    (greatest(0, pages - needed) / pages)::float8 as ratio
  from need order by bytes desc, relname limit 20`;

/** Space that tables and indexes hold beyond what their rows need: estimates, within a tenth of the size as a rule. */
export const bloatQueries: readonly StatisticsQuery[] = [
  {
    ...common,
    name: 'table-bloat',
    labels: ['table'],
    metrics: { bytes: 'postgres_table_bloat_bytes', ratio: 'postgres_table_bloat_ratio' },
    sql: tables,
  },
  {
    ...common,
    name: 'index-bloat',
    labels: ['index'],
    metrics: { bytes: 'postgres_index_bloat_bytes', ratio: 'postgres_index_bloat_ratio' },
    sql: indexes,
  },
];

const [schemaName = '', viewName = ''] = widthView.split('.');

/** What lets a role see the widths: made by a superuser, for nobody else may look into the statistics. */
export function widthViewStatements(quotedRole: string): readonly string[] {
  return [
    `create schema if not exists ${schemaName}`,
    `create or replace view ${schemaName}.${viewName} as select starelid as relation, staattnum as position,
  stainherit as is_inherited, stanullfrac::float8 as null_share, stawidth as width from pg_statistic`,
    `grant usage on schema ${schemaName} to ${quotedRole}`,
    `grant select on ${schemaName}.${viewName} to ${quotedRole}`,
  ];
}
