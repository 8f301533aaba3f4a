const level = (unit: 'seconds' | 'count' | 'ratio' | 'bytes' | 'per-second' | 'boolean', help: string) =>
  ({ unit, kind: 'gauge', labels: [], help }) as const;

const levelBy = <const L extends readonly string[]>(
  unit: 'seconds' | 'count' | 'ratio' | 'bytes' | 'per-second' | 'boolean',
  labels: L,
  help: string,
) => ({ unit, kind: 'gauge', labels, help }) as const;

const requestLabels = ['class', 'source'] as const;

/** What the system under the business does: database, requests, files, machine, and the observer itself (OBS-01). */
export const systemMetrics = {
  odoo_request_seconds: {
    unit: 'seconds',
    kind: 'sketch',
    labels: ['class'],
    help: 'Server-side duration of requests by transaction class: SQL plus Python time.',
  },
  odoo_request_count: {
    unit: 'count',
    kind: 'gauge',
    labels: [...requestLabels, 'outcome'],
    help: 'Requests in the interval by transaction class, source and outcome (ok, client-error, server-error).',
  },
  odoo_request_query_count: levelBy('count', ['class'], 'SQL queries that the requests of the interval made.'),
  odoo_request_sql_seconds: levelBy('seconds', ['class'], 'Time the requests of the interval spent in SQL.'),
  odoo_request_python_seconds: levelBy('seconds', ['class'], 'Time the requests of the interval spent outside SQL.'),
  odoo_log_event_count: levelBy(
    'count',
    ['event'],
    'Log lines of the interval that matter: error, warning, serialization-failure, deadlock, worker-killed, cron-failed.',
  ),
  odoo_endpoint_up: levelBy('boolean', ['component'], 'Whether the component answered its health request.'),
  odoo_endpoint_seconds: levelBy('seconds', ['component'], 'How long the health request took.'),

  postgres_up: level('boolean', 'Whether the read-only role could ask.'),
  postgres_connections_count: levelBy('count', ['state'], 'Sessions of the database by state.'),
  postgres_connections_ratio: level(
    'ratio',
    'Sessions of the whole server against max_connections less the reserved ones.',
  ),
  postgres_transaction_oldest_seconds: level('seconds', 'Age of the oldest open transaction of the database.'),
  postgres_lock_waiting_count: level('count', 'Sessions that wait for a lock.'),
  postgres_lock_waiting_oldest_seconds: level('seconds', 'How long the longest waiting session waits.'),
  postgres_database_bytes: level('bytes', 'Size of the database on disk.'),
  postgres_commit_per_second: level('per-second', 'Transactions committed per second since the last look.'),
  postgres_rollback_per_second: level('per-second', 'Transactions rolled back per second since the last look.'),
  postgres_deadlock_per_second: level('per-second', 'Deadlocks per second since the last look.'),
  postgres_temporary_bytes_per_second: level(
    'per-second',
    'Bytes written to temporary files per second since the last look.',
  ),
  postgres_cache_hit_ratio: level('ratio', 'Blocks found in the shared buffers since the last look.'),
  postgres_dead_rows_ratio: levelBy('ratio', ['table'], 'Dead rows against all rows, of the largest tables.'),
  postgres_dead_rows_count: levelBy('count', ['table'], 'Dead rows, of the largest tables.'),
  postgres_table_rows_count: levelBy(
    'count',
    ['table'],
    'Live rows as the statistics estimate them, of the largest tables.',
  ),
  postgres_table_bytes: levelBy('bytes', ['table'], 'Heap size as the statistics know it, of the largest tables.'),
  postgres_vacuum_age_seconds: levelBy('seconds', ['table'], 'Since the last vacuum, of the largest tables.'),
  postgres_table_bloat_bytes: levelBy(
    'bytes',
    ['table'],
    'Space that a table holds beyond what its rows need, estimated; of the worst tables.',
  ),
  postgres_table_bloat_ratio: levelBy('ratio', ['table'], 'The same against the size of the table.'),
  postgres_index_bloat_bytes: levelBy(
    'bytes',
    ['index'],
    'Space that an index holds beyond what its entries need, estimated; of the worst indexes.',
  ),
  postgres_index_bloat_ratio: levelBy('ratio', ['index'], 'The same against the size of the index.'),
  postgres_wraparound_ratio: level('ratio', 'Transaction ids used of those before the server stops to protect itself.'),
  postgres_replica_count: level('count', 'Replicas that stream from this server.'),
  postgres_replication_lag_seconds: levelBy('seconds', ['replica'], 'Replay lag of a replica.'),
  postgres_replication_lag_bytes: levelBy('bytes', ['replica'], 'Write-ahead log that a replica has not replayed.'),
  postgres_checkpoint_requested_per_second: level(
    'per-second',
    'Checkpoints forced by write volume per second since the last look.',
  ),
  postgres_checkpoint_timed_per_second: level('per-second', 'Checkpoints on schedule per second since the last look.'),

  filestore_bytes: level('bytes', "Size of the environment's filestore."),
  filestore_file_count: level('count', "Files in the environment's filestore."),
  filestore_growth_bytes_per_second: level('per-second', 'Growth of the filestore since the last look.'),

  host_cpu_ratio: level('ratio', 'Processor time in use since the last look, of all processors.'),
  host_cpu_iowait_ratio: level('ratio', 'Processor time spent waiting for storage since the last look.'),
  host_load_ratio: level('ratio', 'One-minute load average per processor.'),
  host_memory_used_ratio: level('ratio', 'Memory that is not available to new work.'),
  host_swap_used_bytes: level('bytes', 'Swap in use.'),
  host_disk_used_ratio: levelBy('ratio', ['mount'], 'Disk space in use, as an ordinary user sees it.'),
  host_disk_free_bytes: levelBy('bytes', ['mount'], 'Disk space free to an ordinary user.'),
  host_disk_read_await_seconds: levelBy(
    'seconds',
    ['mount'],
    'Time a read of the device took since the last look, queueing included.',
  ),
  host_disk_write_await_seconds: levelBy(
    'seconds',
    ['mount'],
    'Time a write of the device took since the last look, queueing included.',
  ),
  host_disk_busy_ratio: levelBy('ratio', ['mount'], 'Time in which the device had work since the last look.'),
  host_network_error_per_second: level('per-second', 'Packets in error or dropped per second since the last look.'),
  process_count: levelBy('count', ['component'], 'Processes of a component.'),
  process_memory_bytes: levelBy('bytes', ['component'], 'Resident memory of a component.'),
  process_cpu_ratio: levelBy('ratio', ['component'], 'Processors that a component keeps busy since the last look.'),

  plimsoll_collector_up: levelBy('boolean', ['collector'], 'Whether the collector could see what it looks at.'),
  plimsoll_collector_seconds: levelBy('seconds', ['collector'], 'How long the collector took.'),
  plimsoll_observation_seconds: level('seconds', 'How long the whole pass took.'),
} as const;
