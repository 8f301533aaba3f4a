import { allMajors, everyQuarterHour, type IndicatorQuery, majorsBetween, provenOn19 } from './indicator.ts';

const groupTables = {
  res_users: ['id', 'share'],
  res_groups_users_rel: ['uid', 'gid'],
  ir_model_data: ['id', 'module', 'name', 'model', 'res_id'],
} as const;
const stockGroup = `select res_id from ir_model_data
    where module = 'stock' and name = 'group_stock_user' and model = 'res.groups'`;

function activeUsers(presence: string, warehouseUsers: string): string {
  return `with recursive ${warehouseUsers}
  select case when person.share then 'portal' when warehouse.uid is not null then 'warehouse' else 'office' end as kind,
    count(distinct person.id)::float8 as users
  from ${presence} presence join res_users person on person.id = presence.user_id
  left join warehouse_users warehouse on warehouse.uid = person.id
  where presence.last_poll >= $1::timestamp - interval '5 minutes' group by 1`;
}

const common = {
  isInformative: true,
  absent: 'zero',
  everySeconds: 60,
  labels: ['kind'],
  metrics: { users: 'odoo_user_active_count' },
} as const;

export const demandQueries: readonly IndicatorQuery[] = [
  {
    // 19 keeps only the groups a user was given: what these imply is followed here.
    ...common,
    name: 'active-users',
    module: 'mail',
    versions: [19],
    proven: provenOn19,
    reads: { mail_presence: ['id', 'user_id', 'last_poll'], res_groups_implied_rel: ['gid', 'hid'], ...groupTables },
    sql: activeUsers(
      'mail_presence',
      `granting (gid) as (${stockGroup} union select implied.gid from res_groups_implied_rel implied
      join granting on granting.gid = implied.hid),
    warehouse_users as (select distinct uid from res_groups_users_rel join granting using (gid))`,
    ),
  },
  {
    ...common,
    name: 'active-users-until-18',
    module: 'bus',
    versions: majorsBetween(14, 18),
    proven: [],
    reads: { bus_presence: ['id', 'user_id', 'last_poll'], ...groupTables },
    sql: activeUsers(
      'bus_presence',
      `warehouse_users as (select distinct uid from res_groups_users_rel where gid in (${stockGroup}))`,
    ),
  },
  {
    name: 'attachments',
    isInformative: true,
    module: 'base',
    versions: allMajors,
    proven: provenOn19,
    reads: { ir_attachment: ['id', 'type', 'store_fname', 'file_size'] },
    everySeconds: everyQuarterHour,
    labels: ['storage'],
    metrics: { files: 'odoo_attachment_count', bytes: 'odoo_attachment_bytes' },
    absent: 'zero',
    sql: `select case when store_fname is null then 'database' else 'file' end as storage,
    count(*)::float8 as files, coalesce(sum(file_size::bigint), 0)::float8 as bytes
  from ir_attachment where type = 'binary' group by 1`,
  },
  {
    // How far back the trail of changed fields reaches is what its retention keeps; how much it is, the statistics know.
    name: 'audit-trail',
    isInformative: true,
    module: 'mail',
    versions: allMajors,
    proven: provenOn19,
    reads: { mail_tracking_value: ['id', 'create_date'] },
    everySeconds: everyQuarterHour,
    labels: [],
    metrics: { entries: 'odoo_audit_entry_count', oldest: 'odoo_audit_oldest_seconds' },
    absent: 'zero',
    sql: `select greatest((select reltuples from pg_class where oid = 'mail_tracking_value'::regclass), 0)::float8 as entries,
    coalesce((select extract(epoch from $1::timestamp - create_date) from mail_tracking_value order by id limit 1), 0)::float8
      as oldest`,
  },
];
