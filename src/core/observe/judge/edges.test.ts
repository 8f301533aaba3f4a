import { describe, expect, test } from 'vitest';
import type { IngressReading } from '../observation.ts';
import { judge } from './index.ts';
import { codes, inputOf, now, report, sample } from './judge.fixture.ts';

const fact = { role: 'master', evictionPolicy: 'allkeys-lru', persistenceTrouble: null };
const ingress: IngressReading = {
  outcome: 'up',
  status: 200,
  seconds: 0.1,
  detail: null,
  certificateExpiresAt: now.add({ hours: 24 * 60 }),
};
const reasonsOf = (...input: Parameters<typeof inputOf>) => codes(judge(inputOf(...input)).infrastructure.reasons);
const withPurpose = (purpose: readonly ('session' | 'cache')[]) => ({
  environment: { ...inputOf().environment, redis: { purpose } },
});

describe('Redis (OBS-01)', () => {
  test('one that is gone is told as gone, one that refuses us as not seen', () => {
    const gone = report('redis', { outcome: 'failed', code: 'REDIS_UNREACHABLE', detail: 'refused' });
    expect(reasonsOf({ collectors: [report('web'), gone] })).toContain('REDIS_DOWN');
    const denied = judge(inputOf({ collectors: [report('web'), { ...gone, code: 'REDIS_DENIED' }] })).infrastructure;
    expect(denied.health).toBe('unknown');
  });

  test('throwing out keys is a loss where sessions live in it, and its work where it is a cache', () => {
    const samples = [sample('redis_evicted_per_second', 3)];
    expect(reasonsOf({ samples, redis: fact }, withPurpose(['session']))).toEqual(['REDIS_EVICTING']);
    expect(reasonsOf({ samples, redis: fact }, withPurpose(['cache']))).toEqual([]);
    expect(reasonsOf({ samples: [], redis: fact }, withPurpose(['session']))).toEqual([]);
  });

  test('nearly full, and not keeping its data', () => {
    expect(reasonsOf({ samples: [sample('redis_memory_used_ratio', 0.9)], redis: fact })).toEqual([
      'REDIS_NEARLY_FULL',
    ]);
    expect(reasonsOf({ samples: [sample('redis_memory_used_ratio', 0.89)], redis: fact })).toEqual([]);
    const redis = { ...fact, persistenceTrouble: 'the last snapshot failed' };
    expect(reasonsOf({ redis })).toEqual(['REDIS_NOT_PERSISTING']);
  });
});

describe('the public address (OBS-01)', () => {
  test('one that does not serve is unhealthy although Odoo answers', () => {
    expect(reasonsOf({ ingress })).toEqual([]);
    const down = judge(inputOf({ ingress: { ...ingress, outcome: 'error', status: 502, detail: 'HTTP 502' } }));
    expect(codes(down.infrastructure.reasons)).toEqual(['INGRESS_DOWN']);
    expect(down.infrastructure.reasons[0]?.summary).toContain('Odoo itself answers');
  });

  test.each([
    [15, []],
    [13, ['CERTIFICATE_EXPIRING']],
    [-1, ['CERTIFICATE_EXPIRING']],
  ])('a certificate that holds for %d days', (days, expected) => {
    const certificateExpiresAt = now.add({ hours: 24 * days });
    const health = judge(inputOf({ ingress: { ...ingress, certificateExpiresAt } })).infrastructure;
    expect(codes(health.reasons)).toEqual(expected);
    expect(health.health).toBe(days > 14 ? 'healthy' : days > 0 ? 'degraded' : 'unhealthy');
  });
});
