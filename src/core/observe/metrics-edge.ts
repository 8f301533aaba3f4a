const level = (unit: 'seconds' | 'count' | 'ratio' | 'bytes' | 'per-second' | 'boolean', help: string) =>
  ({ unit, kind: 'gauge', labels: [], help }) as const;

/** What stands around Odoo: the Redis it shares state in, and the door its users come through (OBS-01). */
export const edgeMetrics = {
  redis_up: level('boolean', 'Whether Redis could be asked.'),
  redis_memory_used_bytes: level('bytes', 'Memory that Redis holds.'),
  redis_memory_used_ratio: level('ratio', 'Memory that Redis holds of what it may; absent without a limit.'),
  redis_memory_fragmentation_ratio: level('ratio', 'Memory taken from the system against memory in use.'),
  redis_client_count: level('count', 'Clients connected to Redis.'),
  redis_client_blocked_count: level('count', 'Clients that wait in a blocking command.'),
  redis_rejected_per_second: level(
    'per-second',
    'Connections refused for their number per second since the last look.',
  ),
  redis_evicted_per_second: level('per-second', 'Keys thrown out to make room per second since the last look.'),
  redis_expired_per_second: level('per-second', 'Keys whose time was up per second since the last look.'),
  redis_command_per_second: level('per-second', 'Commands per second since the last look.'),
  redis_hit_ratio: level('ratio', 'Look-ups that found their key, since Redis started.'),
  redis_key_count: level('count', 'Keys in all databases.'),
  redis_replica_count: level('count', 'Replicas that are connected.'),
  redis_persistence_up: level('boolean', 'Whether the last snapshot and the append-only file could be written.'),
  redis_save_age_seconds: level('seconds', 'Since the last snapshot, or since the start where there was none.'),
  redis_change_unsaved_count: level('count', 'Changes since the last snapshot.'),

  ingress_up: level('boolean', 'Whether the public address answers, with anything below 500.'),
  ingress_response_seconds: level('seconds', 'How long the public address took to answer the health page.'),
  ingress_certificate_remaining_seconds: level(
    'seconds',
    'How long the certificate of the public address still holds.',
  ),
} as const;
