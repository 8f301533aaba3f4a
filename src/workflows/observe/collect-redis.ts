import { Fault } from '../../core/kernel/index.ts';
import { type RedisFact, readRedisInfo, type Sample } from '../../core/observe/index.ts';
import type { RedisReader } from '../../ports/redis-reader.ts';
import type { Sight } from './isolate.ts';
import { type EnvironmentMemory, rateOf } from './memory.ts';

interface RedisLook {
  readonly environment: string;
  readonly memory: EnvironmentMemory;
  readonly at: Temporal.Instant;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

export interface RedisSight {
  readonly samples: readonly Sample[];
  readonly fact: RedisFact;
}

/** What a Redis says of its memory, clients, evictions and persistence. */
export async function collectRedis(look: RedisLook, redis: RedisReader): Promise<Sight<RedisSight>> {
  const text = await redis.info({ timeoutSeconds: look.timeoutSeconds, signal: look.signal });
  const reading = readRedisInfo(text, look.at);
  if (reading === undefined) {
    throw new Fault('REDIS_UNREACHABLE', 'What answers at connect.redis.url does not say that it is a Redis.');
  }
  const sample = (metric: string, value: number): Sample => ({
    environment: look.environment,
    metric,
    labels: {},
    at: look.at,
    value,
  });
  const rates = reading.counters.flatMap(([metric, value]) => {
    const rate = rateOf(look.memory, metric, value, look.at);
    return rate === undefined ? [] : [sample(metric, rate)];
  });
  const samples = [...reading.levels.map(([metric, value]) => sample(metric, value)), ...rates];
  look.memory.answers.set('redis', { at: look.at, everySeconds: 0, samples });
  return { result: { samples, fact: reading.fact } };
}
