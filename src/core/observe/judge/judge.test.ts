import { describe, expect, test } from 'vitest';
import type { Health } from '../health.ts';
import type { Observation } from '../observation.ts';
import { judge } from './index.ts';
import { ago, codes, inputOf, psql, report, run, sample, unread, waiter, webUp } from './judge.fixture.ts';

describe('two answers on an environment (OBS-09)', () => {
  test('with everything in order both are healthy, without a reason', () => {
    const health = judge(inputOf());
    expect(health.business).toEqual({ health: 'healthy', reasons: [] });
    expect(health.infrastructure).toEqual({ health: 'healthy', reasons: [] });
  });

  test('a held table turns business red, names its holder, and leaves infrastructure green', () => {
    const health = judge(inputOf({ locks: { holders: [psql], waiters: [waiter], blockers: [] } }));
    expect(health.infrastructure.health).toBe('healthy');
    expect(health.business.health).toBe('unhealthy');
    const [locked] = health.business.reasons;
    expect(locked).toMatchObject({
      code: 'TABLE_LOCKED',
      subject: 'stock_picking',
      services: ['shipment-confirmation'],
    });
    expect(locked?.evidence).toMatchObject({
      pid: 4242,
      application: 'psql',
      user: 'odoo',
      queryStart: '2026-11-20T11:59:30Z',
      backendStart: '2026-11-20T09:00:00.000123Z',
      heldSeconds: 30,
      waiting: 1,
    });
    expect(locked?.summary).toContain('psql (pid 4242, user odoo)');
  });

  test('the lock is seen although nobody waits for it yet', () => {
    const health = judge(inputOf({ locks: { holders: [psql], waiters: [], blockers: [] } }));
    expect(codes(health.business.reasons)).toEqual(['TABLE_LOCKED']);
  });

  test('workers that all wait behind the lock do not make the infrastructure unhealthy', () => {
    const hanging = { ...webUp, outcome: 'timeout', status: null, databaseUp: null } as const;
    const health = judge(
      inputOf({ endpoints: [hanging], locks: { holders: [psql], waiters: [waiter], blockers: [] } }),
    );
    expect(health.infrastructure.health).toBe('healthy');
    expect(codes(health.business.reasons)).toEqual(['TABLE_LOCKED', 'BUSINESS_STOPPED']);
    const stopped = health.business.reasons[1];
    expect(stopped?.summary).toBe(
      "Nobody can work: Odoo's workers wait for the lock on stock_picking that psql (pid 4242, user odoo) holds.",
    );
    expect(stopped?.action).toMatch(/^End that transaction/);
    const unlocked = judge(inputOf({ endpoints: [hanging] }));
    expect(unlocked.infrastructure.health).toBe('unhealthy');
    expect(unlocked.business.reasons[0]?.action).toMatch(/^Bring the web process back first/);
  });

  test('the cause comes before what it leads to: the lock before the journeys that fail behind it', () => {
    const health = judge(
      inputOf(
        {
          endpoints: [{ ...webUp, outcome: 'timeout', status: null, databaseUp: null }],
          locks: { holders: [psql], waiters: [waiter], blockers: [] },
          collectors: [report('web'), report('database'), report('indicators', { outcome: 'partial', detail: 'x' })],
          unreadIndicators: [unread({ cause: 'locked' })],
          crons: [{ name: 'Mail', overdueSeconds: 0, failureCount: 3 }],
        },
        { journeyRuns: [run()] },
      ),
    );
    expect(codes(health.business.reasons)).toEqual([
      ...['TABLE_LOCKED', 'BUSINESS_STOPPED', 'JOURNEY_FAILED'],
      'CRON_FAILING',
    ]);
  });

  test('a lock that is still young but hides the backlog degrades business, and is named instead of "unknown"', () => {
    const young = { ...psql, heldSeconds: 4 };
    const partial = [report('web'), report('indicators', { outcome: 'partial', detail: 'x' })];
    const locks = { holders: [young], waiters: [], blockers: [] };
    const unreadIndicators = [unread({ cause: 'locked' })];
    const { business } = judge(inputOf({ locks, collectors: partial, unreadIndicators }));
    expect(business.health).toBe('degraded');
    expect(codes(business.reasons)).toEqual(['TABLE_LOCKED']);
    expect(business.reasons[0]?.evidence).toMatchObject({ pid: 4242, heldSeconds: 4 });
    // A table that carries no business and stays held hides figures for good: then we do not know.
    const other = { ...psql, table: 'mail_mail', heldSeconds: 400 };
    const mail = judge(
      inputOf({
        locks: { holders: [other], waiters: [], blockers: [] },
        collectors: partial,
        unreadIndicators: [unread({ cause: 'locked', tables: ['mail_mail'] })],
      }),
    );
    expect(mail.business.health).toBe('unknown');
  });

  test.each([
    ['a lock shorter than the threshold', { ...psql, heldSeconds: 4 }, []],
    ['a lock that only writers feel and nobody waits for', { ...psql, mode: 'ShareLock', heldSeconds: 400 }, []],
    ['a lock on a table that carries no business', { ...psql, table: 'x_import_log', heldSeconds: 400 }, []],
  ])('%s is no trouble', (_, holder, waiters) => {
    expect(judge(inputOf({ locks: { holders: [holder], waiters, blockers: [] } })).business.health).toBe('healthy');
  });

  test('sessions blocked by a row name the head of the queue, not the one in the middle', () => {
    const session = {
      application: 'odoo-1',
      user: 'odoo',
      state: 'active',
      queryStart: null,
      backendStart: null,
      transactionSeconds: 60,
      query: 'update x',
    };
    const health = judge(
      inputOf({
        locks: {
          holders: [],
          waiters: [
            { ...waiter, pid: 2, blockedBy: [1], waitSeconds: 20 },
            { ...waiter, pid: 3, blockedBy: [2], waitSeconds: 10 },
          ],
          blockers: [
            { ...session, pid: 1, application: 'batch-import' },
            { ...session, pid: 2 },
          ],
        },
      }),
    );
    expect(codes(health.business.reasons)).toEqual(['SESSIONS_BLOCKED']);
    expect(health.business.reasons[0]?.evidence).toMatchObject({ pid: 1, application: 'batch-import', waiting: 2 });
  });

  test('a stopped web process turns both red with the reason', () => {
    const health = judge(inputOf({ endpoints: [{ ...webUp, outcome: 'refused', status: null, databaseUp: null }] }));
    expect(codes(health.infrastructure.reasons)).toEqual(['ODOO_WEB_DOWN']);
    expect(codes(health.business.reasons)).toEqual(['BUSINESS_STOPPED']);
    expect(health.business.health).toBe('unhealthy');
  });

  test('a dead database turns both red, and the web process is not blamed', () => {
    const health = judge(
      inputOf({
        endpoints: [{ ...webUp, outcome: 'error', status: 500, databaseUp: false }],
        collectors: [
          report('web'),
          report('database', { outcome: 'failed', code: 'ODOO_DATABASE_UNREACHABLE', detail: 'refused' }),
          report('indicators', { outcome: 'failed', code: 'ODOO_DATABASE_UNREACHABLE', detail: 'refused' }),
        ],
        locks: undefined,
      }),
    );
    expect(codes(health.infrastructure.reasons)).toEqual(['POSTGRES_UNREACHABLE']);
    expect(codes(health.business.reasons)).toEqual(['BUSINESS_STOPPED']);
  });

  test('a role that is refused while Odoo sees its database is unknown, not unhealthy', () => {
    const denied = { outcome: 'failed', code: 'ODOO_DATABASE_UNREACHABLE', detail: 'password' } as const;
    const health = judge(
      inputOf({ collectors: [report('web'), report('database', denied), report('indicators', denied)] }),
    );
    expect(health.infrastructure.health).toBe('unknown');
    expect(health.business.health).toBe('unknown');
  });

  test('a declared process that does not run is down, whatever else answers', () => {
    const health = judge(
      inputOf({
        processes: [
          { component: 'web', count: 3 },
          { component: 'gevent', count: 1 },
        ],
      }),
    );
    expect(codes(health.infrastructure.reasons)).toEqual(['ODOO_CRON_DOWN']);
  });

  test('a failed journey turns business red at the step where it broke; a later good run clears it', () => {
    const failed = judge(inputOf({}, { journeyRuns: [run()] }));
    expect(failed.infrastructure.health).toBe('healthy');
    expect(failed.business.reasons[0]).toMatchObject({ code: 'JOURNEY_FAILED', services: ['shipment-confirmation'] });
    expect(failed.business.reasons[0]?.summary).toContain('"reserve"');
    const passed = run({ id: 'run-2', startedAt: ago(2), outcome: 'passed', reason: null });
    expect(judge(inputOf({}, { journeyRuns: [passed, run()] })).business.health).toBe('healthy');
    expect(judge(inputOf({}, { journeyRuns: [run({ startedAt: ago(181), outcome: 'passed' })] })).business.health).toBe(
      'unknown',
    );
  });

  test.each<[string, Partial<Observation>, string, Health]>([
    [
      'one overdue scheduled action',
      { crons: [{ name: 'Mail', overdueSeconds: 700, failureCount: 0 }] },
      'CRON_OVERDUE',
      'degraded',
    ],
    [
      'scheduled actions that stopped',
      { crons: [{ name: 'Mail', overdueSeconds: 7_000, failureCount: 0 }] },
      'CRONS_STOPPED',
      'unhealthy',
    ],
    [
      'a failing scheduled action',
      { crons: [{ name: 'Mail', overdueSeconds: 0, failureCount: 3 }] },
      'CRON_FAILING',
      'degraded',
    ],
    [
      'mail that does not go out',
      { samples: [sample('odoo_mail_outgoing_oldest_seconds', 1_000)] },
      'MAIL_STUCK',
      'degraded',
    ],
    [
      'a late backlog',
      { samples: [sample('odoo_picking_late_count', 10, { direction: 'outgoing' })] },
      'BACKLOG_LATE',
      'unhealthy',
    ],
    ['slow requests', { latencies: [{ class: 'read', count: 20, p95Seconds: 2.1 }] }, 'LATENCY_HIGH', 'degraded'],
    [
      'a table nobody may read',
      { collectors: [report('web'), report('indicators', { outcome: 'partial', detail: 'x' })] },
      'INDICATORS_MISSING',
      'unknown',
    ],
  ])('%s shows in the business answer', (_, observation, code, health) => {
    const { business } = judge(inputOf(observation));
    expect(codes(business.reasons)).toEqual([code]);
    expect(business.health).toBe(health);
  });

  test.each<[string, Partial<Observation>, string, Health]>([
    [
      'connections near the limit',
      { samples: [sample('postgres_connections_ratio', 0.8)] },
      'CONNECTIONS_NEAR_LIMIT',
      'degraded',
    ],
    [
      'a disk nearly full',
      { samples: [sample('host_disk_used_ratio', 0.86, { mount: '/' })] },
      'DISK_NEARLY_FULL',
      'degraded',
    ],
    [
      'a full disk',
      { samples: [sample('host_disk_used_ratio', 0.99, { mount: '/' })] },
      'DISK_NEARLY_FULL',
      'unhealthy',
    ],
    [
      'a replica far behind',
      { samples: [sample('postgres_replication_lag_seconds', 61, { replica: 'b' })] },
      'REPLICATION_LAG',
      'degraded',
    ],
    [
      'a silent long-polling process',
      { endpoints: [webUp, { ...webUp, component: 'gevent', outcome: 'refused' }] },
      'ODOO_GEVENT_DOWN',
      'unhealthy',
    ],
    [
      'a blind collector',
      {
        collectors: [
          report('web'),
          report('database'),
          report('indicators'),
          report('host', { outcome: 'failed', detail: 'x' }),
        ],
      },
      'COLLECTOR_FAILED',
      'unknown',
    ],
  ])('%s shows in the infrastructure answer', (_, observation, code, health) => {
    const { infrastructure, business } = judge(inputOf(observation));
    expect(codes(infrastructure.reasons)).toEqual([code]);
    expect(infrastructure.health).toBe(health);
    expect(business.health).toBe('healthy');
  });

  test('late receipts and a few slow requests are not ours to shout about', () => {
    const late = sample('odoo_picking_late_count', 500, { direction: 'incoming' });
    const latencies = [{ class: 'read', count: 19, p95Seconds: 60 }];
    expect(judge(inputOf({ samples: [late], latencies })).business.health).toBe('healthy');
  });
});
