import { describe, expect, test } from 'vitest';
import { readRedisInfo } from './redis.ts';

const now = Temporal.Instant.from('2026-11-20T12:00:00Z');

/** The fields of a Redis 7 that matter, as it writes them. */
const info = (change: Readonly<Record<string, string>> = {}): string => {
  const fields = {
    redis_version: '7.0.15',
    connected_clients: '3',
    blocked_clients: '1',
    used_memory: '1048576',
    maxmemory: '4194304',
    maxmemory_policy: 'noeviction',
    mem_fragmentation_ratio: '1.25',
    rdb_changes_since_last_save: '7',
    rdb_last_save_time: String(now.epochMilliseconds / 1_000 - 90),
    rdb_last_bgsave_status: 'ok',
    aof_last_write_status: 'ok',
    evicted_keys: '5',
    keyspace_hits: '75',
    keyspace_misses: '25',
    role: 'master',
    db0: 'keys=10,expires=2,avg_ttl=0',
    db3: 'keys=4,expires=0,avg_ttl=0',
    ...change,
  };
  return `# Server\r\n${Object.entries(fields)
    .map(([name, value]) => `${name}:${value}`)
    .join('\r\n# Section\r\n')}\r\n`;
};

describe('what a Redis says of itself (OBS-01)', () => {
  test('levels, shares and counters', () => {
    const reading = readRedisInfo(info(), now);
    expect(Object.fromEntries(reading?.levels ?? [])).toEqual({
      redis_up: 1,
      redis_persistence_up: 1,
      redis_key_count: 14,
      redis_save_age_seconds: 90,
      redis_memory_used_ratio: 0.25,
      redis_hit_ratio: 0.75,
      redis_memory_used_bytes: 1_048_576,
      redis_memory_fragmentation_ratio: 1.25,
      redis_client_count: 3,
      redis_client_blocked_count: 1,
      redis_change_unsaved_count: 7,
    });
    expect(reading?.counters).toEqual([['redis_evicted_per_second', 5]]);
    expect(reading?.fact).toEqual({ role: 'master', evictionPolicy: 'noeviction', persistenceTrouble: null });
  });

  test('without a limit there is no share of it, and a failed snapshot is told in words', () => {
    const reading = readRedisInfo(info({ maxmemory: '0', rdb_last_bgsave_status: 'err' }), now);
    expect(Object.keys(Object.fromEntries(reading?.levels ?? []))).not.toContain('redis_memory_used_ratio');
    expect(reading?.fact.persistenceTrouble).toBe('the last snapshot failed');
    expect(Object.fromEntries(reading?.levels ?? [])['redis_persistence_up']).toBe(0);
  });

  test('a text that is not of a Redis is none', () => {
    expect(readRedisInfo('hello', now)).toBeUndefined();
    expect(readRedisInfo('', now)).toBeUndefined();
  });
});
