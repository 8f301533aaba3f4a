import { bloatQueries } from './bloat.ts';
import type { StatisticsQuery } from './statistics-query.ts';

const every = { from: 13, to: 99, labels: [], rates: {}, everySeconds: 0 } as const;

const checkpointRates = {
  requested: 'postgres_checkpoint_requested_per_second',
  timed: 'postgres_checkpoint_timed_per_second',
} as const;

export const statisticsQueries: readonly StatisticsQuery[] = [
  {
    ...every,
    name: 'sessions',
    labels: ['state'],
    metrics: { sessions: 'postgres_connections_count' },
    sql: `select coalesce(state, 'other') as state, count(*)::float8 as sessions
  from pg_stat_activity where datname = current_database() group by 1`,
  },
  {
    ...every,
    name: 'activity',
    metrics: { ratio: 'postgres_connections_ratio', oldest: 'postgres_transaction_oldest_seconds' },
    sql: `select (count(*) / greatest(1, current_setting('max_connections')::float8
      - current_setting('superuser_reserved_connections')::float8))::float8 as ratio,
    coalesce(max(extract(epoch from clock_timestamp() - xact_start))
      filter (where datname = current_database() and pid <> pg_backend_pid()), 0)::float8 as oldest
  from pg_stat_activity where backend_type = 'client backend'`,
  },
  {
    ...every,
    name: 'database',
    metrics: { bytes: 'postgres_database_bytes' },
    everySeconds: 60,
    sql: `select pg_database_size(current_database())::float8 as bytes`,
  },
  {
    ...every,
    name: 'throughput',
    metrics: {},
    rates: {
      commits: 'postgres_commit_per_second',
      rollbacks: 'postgres_rollback_per_second',
      deadlocks: 'postgres_deadlock_per_second',
      temporary: 'postgres_temporary_bytes_per_second',
    },
    sql: `select xact_commit::float8 as commits, xact_rollback::float8 as rollbacks,
    deadlocks::float8 as deadlocks, temp_bytes::float8 as temporary
  from pg_stat_database where datname = current_database()`,
  },
  {
    ...every,
    name: 'cache',
    metrics: { ratio: 'postgres_cache_hit_ratio' },
    everySeconds: 60,
    sql: `select coalesce(blks_hit::float8 / nullif(blks_hit + blks_read, 0), 1)::float8 as ratio
  from pg_stat_database where datname = current_database()`,
  },
  {
    // relpages instead of pg_relation_size: the latter opens the table, and would wait for whoever holds it.
    ...every,
    name: 'tables',
    labels: ['table'],
    everySeconds: 300,
    metrics: {
      bytes: 'postgres_table_bytes',
      rows: 'postgres_table_rows_count',
      dead: 'postgres_dead_rows_count',
      dead_ratio: 'postgres_dead_rows_ratio',
      vacuum_age: 'postgres_vacuum_age_seconds',
    },
    sql: `select stat.relname as table, class.relpages::float8 * current_setting('block_size')::float8 as bytes,
    stat.n_live_tup::float8 as rows, stat.n_dead_tup::float8 as dead,
    (stat.n_dead_tup::float8 / greatest(1, stat.n_live_tup + stat.n_dead_tup))::float8 as dead_ratio,
    extract(epoch from clock_timestamp() - greatest(stat.last_vacuum, stat.last_autovacuum))::float8 as vacuum_age
  from pg_stat_user_tables stat join pg_class class on class.oid = stat.relid
  where stat.schemaname = 'public' order by class.relpages desc, stat.relname limit 20`,
  },
  {
    ...every,
    name: 'wraparound',
    everySeconds: 300,
    metrics: { ratio: 'postgres_wraparound_ratio' },
    sql: `select (age(datfrozenxid)::float8 / 2000000000)::float8 as ratio
  from pg_database where datname = current_database()`,
  },
  {
    ...every,
    name: 'replica-count',
    metrics: { replicas: 'postgres_replica_count' },
    sql: `select count(*)::float8 as replicas from pg_stat_replication`,
  },
  {
    ...every,
    name: 'replicas',
    labels: ['replica'],
    metrics: { lag: 'postgres_replication_lag_seconds', bytes: 'postgres_replication_lag_bytes' },
    sql: `select coalesce(nullif(application_name, ''), 'unnamed') as replica,
    coalesce(max(extract(epoch from replay_lag)), 0)::float8 as lag,
    coalesce(max(pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_receive_lsn() else pg_current_wal_lsn() end,
      replay_lsn)), 0)::float8 as bytes
  from pg_stat_replication group by 1 order by 1 limit 20`,
  },
  {
    ...every,
    name: 'checkpoints-until-16',
    to: 16,
    everySeconds: 60,
    metrics: {},
    rates: checkpointRates,
    sql: `select checkpoints_req::float8 as requested, checkpoints_timed::float8 as timed from pg_stat_bgwriter`,
  },
  {
    ...every,
    name: 'checkpoints',
    from: 17,
    everySeconds: 60,
    metrics: {},
    rates: checkpointRates,
    sql: `select num_requested::float8 as requested, num_timed::float8 as timed from pg_stat_checkpointer`,
  },
  ...bloatQueries,
];
