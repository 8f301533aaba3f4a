import type { MetricName } from './metrics.ts';

/** What matters of a Redis beyond its figures: who reads a reason needs it. */
export interface RedisFact {
  readonly role: string;
  readonly evictionPolicy: string;
  /** What it could not write, in words; `null` while it keeps what it was told to keep. */
  readonly persistenceTrouble: string | null;
}

export interface RedisReading {
  readonly fact: RedisFact;
  readonly levels: readonly (readonly [metric: MetricName, value: number])[];
  /** Counters since the server started, to be stored as change per second. */
  readonly counters: readonly (readonly [metric: MetricName, value: number])[];
}

/** The fields of `INFO`, by name. */
export function parseRedisInfo(text: string): ReadonlyMap<string, string> {
  return new Map(
    text
      .split(/\r?\n/)
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)] as const)
      .filter(([name]) => name !== ''),
  );
}

const levelFields = {
  used_memory: 'redis_memory_used_bytes',
  mem_fragmentation_ratio: 'redis_memory_fragmentation_ratio',
  connected_clients: 'redis_client_count',
  blocked_clients: 'redis_client_blocked_count',
  rdb_changes_since_last_save: 'redis_change_unsaved_count',
  connected_slaves: 'redis_replica_count',
} as const satisfies Readonly<Record<string, MetricName>>;

const counterFields = {
  evicted_keys: 'redis_evicted_per_second',
  expired_keys: 'redis_expired_per_second',
  rejected_connections: 'redis_rejected_per_second',
  total_commands_processed: 'redis_command_per_second',
} as const satisfies Readonly<Record<string, MetricName>>;

type Entry = readonly [metric: MetricName, value: number];

function entriesOf(
  fields: ReadonlyMap<string, string>,
  wanted: Readonly<Record<string, MetricName>>,
): readonly Entry[] {
  return Object.entries(wanted).flatMap(([field, metric]): readonly Entry[] => {
    const value = Number(fields.get(field));
    return fields.has(field) && Number.isFinite(value) ? [[metric, value]] : [];
  });
}

/** Keys of all databases: `db0:keys=3,expires=1,avg_ttl=0`. */
function keyCount(fields: ReadonlyMap<string, string>): number {
  return [...fields]
    .filter(([name]) => /^db\d+$/.test(name))
    .reduce((sum, [, text]) => sum + Number(/keys=(\d+)/.exec(text)?.[1] ?? 0), 0);
}

function ratios(fields: ReadonlyMap<string, string>): readonly Entry[] {
  const number = (name: string): number => Number(fields.get(name) ?? 0);
  const [used, limit] = [number('used_memory'), number('maxmemory')];
  const [hits, misses] = [number('keyspace_hits'), number('keyspace_misses')];
  return [
    ...(limit > 0 ? [['redis_memory_used_ratio', used / limit] as const] : []),
    ...(hits + misses > 0 ? [['redis_hit_ratio', hits / (hits + misses)] as const] : []),
  ];
}

function persistenceTrouble(fields: ReadonlyMap<string, string>): string | null {
  const said = [
    ['rdb_last_bgsave_status', 'the last snapshot failed'],
    ['aof_last_bgrewrite_status', 'the last rewrite of the append-only file failed'],
    ['aof_last_write_status', 'the append-only file cannot be written'],
  ] as const;
  const troubles = said.filter(([field]) => (fields.get(field) ?? 'ok') !== 'ok').map(([, words]) => words);
  return troubles.length === 0 ? null : troubles.join('; ');
}

/** What `INFO` says, as figures and facts. `undefined` where the text is not one of a Redis. */
export function readRedisInfo(text: string, now: Temporal.Instant): RedisReading | undefined {
  const fields = parseRedisInfo(text);
  if (!fields.has('redis_version')) return undefined;
  const trouble = persistenceTrouble(fields);
  const savedAt = Number(fields.get('rdb_last_save_time') ?? 0);
  return {
    fact: {
      role: fields.get('role') ?? 'unknown',
      evictionPolicy: fields.get('maxmemory_policy') ?? 'unknown',
      persistenceTrouble: trouble,
    },
    levels: [
      ['redis_up', 1],
      ['redis_persistence_up', trouble === null ? 1 : 0],
      ['redis_key_count', keyCount(fields)],
      ...(savedAt > 0
        ? [['redis_save_age_seconds', Math.max(0, now.epochMilliseconds / 1_000 - savedAt)] as const]
        : []),
      ...ratios(fields),
      ...entriesOf(fields, levelFields),
    ],
    counters: entriesOf(fields, counterFields),
  };
}
