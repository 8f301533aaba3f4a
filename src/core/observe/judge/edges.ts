import { formatDuration, formatPercent, withoutStop } from '../../kernel/index.ts';
import { endpointOf, type JudgeInput, levelOf, type Rule, reason, reportOf } from './input.ts';

/** From here on a Redis with a limit refuses writes soon, or throws keys out. */
const memoryDegradedRatio = 0.9;
const certificateDegradedSeconds = 14 * 86_400;
/** What is lost for good when a key is thrown out; a cache may lose what it likes. */
const lasting = ['session', 'queue'] as const;

const redisDown: Rule = (input) => {
  const report = reportOf(input, 'redis');
  if (report?.outcome !== 'failed') return [];
  const isGone = report.code === 'REDIS_UNREACHABLE';
  return [
    reason({
      code: isGone ? 'REDIS_DOWN' : 'COLLECTOR_FAILED',
      health: isGone ? 'unhealthy' : 'unknown',
      subject: 'redis',
      summary: isGone
        ? (report.detail ?? 'Redis cannot be reached.')
        : `The redis collector sees nothing: ${withoutStop(report.detail ?? 'it failed')}.`,
      evidence: { code: report.code },
      action: 'Start Redis, or correct `connect.redis.url`; sessions or queues that live in it wait for it.',
    }),
  ];
};

/** What of the environment lasts in Redis: everything that is not declared a mere cache. */
function lastingPurposes({ environment: { redis } }: JudgeInput): readonly string[] {
  return redis === undefined ? [] : redis.purpose.filter((purpose) => lasting.some((each) => each === purpose));
}

const redisLosing: Rule = (input) => {
  const { redis: fact } = input.observation;
  const evicted = levelOf(input, 'redis_evicted_per_second') ?? 0;
  const purposes = lastingPurposes(input);
  if (fact === undefined || evicted === 0 || purposes.length === 0) return [];
  return [
    reason({
      code: 'REDIS_EVICTING',
      health: 'unhealthy',
      subject: 'redis',
      summary: `Redis throws out ${evicted.toFixed(1)} keys a second to make room, and holds ${purposes.join(' and ')} data.`,
      evidence: { evictedPerSecond: evicted, policy: fact.evictionPolicy },
      action: 'Set `maxmemory-policy noeviction` and give it more memory; keep caches in a Redis of their own.',
    }),
  ];
};

const redisFilling: Rule = (input) => {
  const ratio = levelOf(input, 'redis_memory_used_ratio');
  if (ratio === undefined || ratio < memoryDegradedRatio) return [];
  return [
    reason({
      code: 'REDIS_NEARLY_FULL',
      health: 'degraded',
      subject: 'redis',
      summary: `Redis holds ${formatPercent(ratio, 1)} of the memory that it may.`,
      evidence: { ratio, limit: memoryDegradedRatio, policy: input.observation.redis?.evictionPolicy ?? null },
      action: 'Raise `maxmemory`, or find what fills it with `redis-cli --bigkeys`.',
    }),
  ];
};

const redisNotKeeping: Rule = (input) => {
  const trouble = input.observation.redis?.persistenceTrouble ?? null;
  if (trouble === null) return [];
  return [
    reason({
      code: 'REDIS_NOT_PERSISTING',
      health: 'degraded',
      subject: 'redis',
      summary: `Redis does not keep its data: ${trouble}.`,
      evidence: { unsaved: levelOf(input, 'redis_change_unsaved_count') ?? null },
      action:
        'Read the log of Redis: its disk is full, or it may not write there. A restart now loses what is unsaved.',
    }),
  ];
};

const ingressDown: Rule = (input) => {
  const { ingress } = input.observation;
  if (ingress === undefined || ingress.outcome === 'up') return [];
  const isOdooUp = endpointOf(input, 'web')?.outcome === 'up';
  return [
    reason({
      code: 'INGRESS_DOWN',
      health: 'unhealthy',
      subject: 'ingress',
      summary: `The public address does not serve: ${ingress.detail ?? ingress.outcome}${isOdooUp ? '; Odoo itself answers' : ''}.`,
      evidence: { outcome: ingress.outcome, status: ingress.status, seconds: ingress.seconds },
      action: isOdooUp
        ? 'Look at the proxy before Odoo: its process, its certificate, its way to Odoo.'
        : 'Bring Odoo back first; see the other reasons.',
    }),
  ];
};

const certificateEnding: Rule = (input) => {
  const end = input.observation.ingress?.certificateExpiresAt ?? null;
  if (end === null) return [];
  const left = end.since(input.now).total('seconds');
  if (left > certificateDegradedSeconds) return [];
  return [
    reason({
      code: 'CERTIFICATE_EXPIRING',
      health: left <= 0 ? 'unhealthy' : 'degraded',
      subject: 'ingress',
      summary:
        left <= 0
          ? `The certificate ended ${formatDuration(-left)} ago.`
          : `The certificate ends in ${formatDuration(left)}.`,
      evidence: { endsAt: end.toString(), leftSeconds: left, limitSeconds: certificateDegradedSeconds },
      action: 'Renew it, and find out why it was not renewed by itself.',
    }),
  ];
};

/** What stands around Odoo: the Redis it shares state in, the door its users come through. */
export const edgeRules: readonly Rule[] = [
  redisDown,
  redisLosing,
  redisFilling,
  redisNotKeeping,
  ingressDown,
  certificateEnding,
];
