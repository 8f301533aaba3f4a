import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EnvironmentHealth, type Health, type HealthReason, verdictFrom } from '../health.ts';
import type { Observation } from '../observation.ts';
import { asOf, healthFindings, judge, unreadFindings } from './index.ts';
import { ago, inputOf, now, psql, report, sample, unread, webUp } from './judge.fixture.ts';

describe('unknown is never healthy', () => {
  test('an environment of which nothing is declared is unknown twice', () => {
    const health = judge(
      inputOf({ collectors: [], samples: [], endpoints: [], locks: undefined, processes: undefined }),
    );
    expect([health.business.health, health.infrastructure.health]).toEqual(['unknown', 'unknown']);
  });

  test('a look older than the limit says nothing, whatever it saw', () => {
    fc.assert(
      fc.property(fc.double({ min: 60.01, max: 1e6, noNaN: true }), fc.boolean(), (age, isLocked) => {
        const locks = { holders: isLocked ? [psql] : [], waiters: [], blockers: [] };
        const health = judge(inputOf({ at: ago(age), locks }));
        expect([health.business.health, health.infrastructure.health]).toEqual(['unknown', 'unknown']);
      }),
    );
  });

  test('a stored answer keeps its word until it is stale', () => {
    const health = judge(inputOf());
    expect(asOf(health, now.add({ seconds: 60 }), 60)).toBe(health);
    expect(asOf(health, now.add({ seconds: 61 }), 60).business.health).toBe('unknown');
  });
});

const anyHealth = fc.constantFrom('degraded', 'unhealthy', 'unknown');
const anyReason: fc.Arbitrary<HealthReason> = fc.record({
  code: fc.constantFrom('A', 'B'),
  health: anyHealth,
  summary: fc.string(),
  subject: fc.string(),
  services: fc.constant([]),
  evidence: fc.constant({}),
  action: fc.string(),
});
const weight: Readonly<Record<Health, number>> = { healthy: 0, degraded: 1, unknown: 2, unhealthy: 3 };

describe('verdicts', () => {
  test('one more reason never improves a verdict', () => {
    fc.assert(
      fc.property(fc.array(anyReason), anyReason, (reasons, added) => {
        expect(weight[verdictFrom([...reasons, added]).health]).toBeGreaterThanOrEqual(
          weight[verdictFrom(reasons).health],
        );
      }),
    );
  });

  test('one more trouble seen never improves either answer', () => {
    const troubles: readonly Partial<Observation>[] = [
      { locks: { holders: [psql], waiters: [], blockers: [] } },
      { crons: [{ name: 'x', overdueSeconds: 900, failureCount: 9 }] },
      { endpoints: [{ ...webUp, outcome: 'refused', databaseUp: null }] },
      { samples: [sample('host_disk_used_ratio', 0.99, { mount: '/' })] },
      { collectors: [report('database', { outcome: 'failed' })] },
      { latencies: [{ class: 'read', count: 50, p95Seconds: 9 }] },
    ];
    fc.assert(
      fc.property(fc.subarray([...troubles]), fc.constantFrom(...troubles), (some, added) => {
        const before = judge(inputOf(Object.assign({}, ...some)));
        const after = judge(inputOf(Object.assign({}, ...some, added)));
        expect(weight[after.business.health]).toBeGreaterThanOrEqual(weight[before.business.health]);
        expect(weight[after.infrastructure.health]).toBeGreaterThanOrEqual(weight[before.infrastructure.health]);
      }),
    );
  });
});

describe('findings', () => {
  const healthOf = (business: Health, infrastructure: Health): EnvironmentHealth => ({
    environment: 'acme-prod',
    business: { health: business, reasons: [] },
    infrastructure: { health: infrastructure, reasons: [] },
    judgedAt: now,
  });

  test('a disagreement is a finding of its own, naming the cause', () => {
    const findings = healthFindings(judge(inputOf({ locks: { holders: [psql], waiters: [], blockers: [] } })));
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([
      ['HEALTH_DISAGREES', 'critical'],
      ['TABLE_LOCKED', 'critical'],
    ]);
    expect(findings[0]?.evidence).toMatchObject({ cause: 'TABLE_LOCKED' });
  });

  test('agreement, good or bad, is none; nor is not knowing', () => {
    expect(healthFindings(healthOf('healthy', 'healthy'))).toEqual([]);
    expect(healthFindings(healthOf('unhealthy', 'unhealthy'))).toEqual([]);
    expect(healthFindings(healthOf('unknown', 'healthy'))).toEqual([]);
    expect(healthFindings(healthOf('healthy', 'unhealthy')).map(({ code }) => code)).toEqual(['HEALTH_DISAGREES']);
  });

  test('a figure that nothing is judged by makes nothing unknown and is a finding of its own', () => {
    const optional = unread({ name: 'active-users', tables: ['mail_presence'], isJudged: false });
    const collectors = [report('web'), report('indicators', { outcome: 'partial', detail: 'x' })];
    const observation = { collectors, unreadIndicators: [optional] };
    expect(judge(inputOf(observation)).business).toEqual({ health: 'healthy', reasons: [] });
    expect(unreadFindings(inputOf(observation).observation)).toMatchObject([
      { code: 'INDICATOR_UNREAD', subject: 'active-users', severity: 'info', environment: 'acme-prod' },
    ]);
    const both = judge(inputOf({ collectors, unreadIndicators: [optional, unread()] })).business;
    expect(both.health).toBe('unknown');
    expect(both.reasons[0]?.summary).toContain('picking-backlog (permission denied)');
    expect(both.reasons[0]?.summary).not.toContain('active-users');
    expect(unreadFindings(inputOf({ unreadIndicators: [unread()] }).observation)).toEqual([]);
  });

  test('the same look twice gives findings with the same keys', () => {
    const input = inputOf({
      crons: [{ name: 'x', overdueSeconds: 900, failureCount: 9 }],
      locks: { holders: [psql], waiters: [], blockers: [] },
    });
    const keys = (): readonly string[] => healthFindings(judge(input)).map(({ key }) => key);
    expect(keys()).toEqual(keys());
    expect(new Set(keys()).size).toBe(keys().length);
  });
});
