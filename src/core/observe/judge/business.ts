import { formatDuration } from '../../kernel/index.ts';
import type { HealthReason } from '../health.ts';
import { unreadWords } from '../observation.ts';
import { isDatabaseDown, staleReasons } from './infrastructure.ts';
import { endpointOf, type JudgeInput, levelOf, type Rule, reason, reportOf, samplesOf } from './input.ts';
import { isToldAsLock, lockBehind, lockRules } from './locks.ts';
import { allServices, servicesOfTable } from './services.ts';

/** Fewer requests than this in the window say nothing about a percentile. */
const latencyMinimumCount = 20;

const nobodyCanWork: Rule = (input) => {
  const web = endpointOf(input, 'web');
  if (isDatabaseDown(input)) {
    return [
      reason({
        code: 'BUSINESS_STOPPED',
        health: 'unhealthy',
        subject: 'postgres',
        services: allServices(input),
        summary: 'No business transaction can succeed: the database is gone.',
        action: 'Bring PostgreSQL back first; see the infrastructure reasons.',
      }),
    ];
  }
  if (web === undefined || web.outcome === 'up') return [];
  const lock = web.outcome === 'timeout' ? lockBehind(input) : undefined;
  if (lock !== undefined) {
    return [
      reason({
        code: 'BUSINESS_STOPPED',
        health: 'unhealthy',
        subject: 'web',
        services: allServices(input),
        summary: `Nobody can work: Odoo's workers wait for ${lock.what}.`,
        evidence: { outcome: web.outcome, pid: lock.pid, waiting: lock.waiting },
        action: 'End that transaction; Odoo then answers again by itself. A restart of Odoo would only queue up again.',
      }),
    ];
  }
  return [
    reason({
      code: 'BUSINESS_STOPPED',
      health: 'unhealthy',
      subject: 'web',
      services: allServices(input),
      summary: 'Nobody can work: the Odoo web process does not serve.',
      evidence: { outcome: web.outcome, status: web.status },
      action: 'Bring the web process back first; see the infrastructure reasons.',
    }),
  ];
};

const cronsOverdue: Rule = (input) => {
  const limit = input.environment.thresholds.cronOverdueAfterSeconds;
  const late = input.observation.crons.filter((cron) => cron.overdueSeconds > limit);
  const active = levelOf(input, 'odoo_cron_active_count') ?? 0;
  const worst = late.toSorted((a, b) => b.overdueSeconds - a.overdueSeconds)[0];
  if (worst === undefined) return [];
  const hasStopped = late.length * 2 > active || worst.overdueSeconds > 10 * limit;
  return [
    reason({
      code: hasStopped ? 'CRONS_STOPPED' : 'CRON_OVERDUE',
      health: hasStopped ? 'unhealthy' : 'degraded',
      subject: worst.name,
      services: hasStopped ? allServices(input) : [],
      summary: `${late.length} of ${active} scheduled actions ${late.length === 1 ? 'is' : 'are'} overdue; "${worst.name}" by ${formatDuration(worst.overdueSeconds)}.`,
      evidence: {
        overdue: late.length,
        active,
        longestSeconds: worst.overdueSeconds,
        limitSeconds: limit,
        names: late
          .map((cron) => cron.name)
          .join('; ')
          .slice(0, 400),
      },
      action: 'Check that a cron process runs and what it is busy with; look for a lock on ir_cron.',
    }),
  ];
};

const cronsFailing: Rule = (input) => {
  const failing = input.observation.crons.filter((cron) => cron.failureCount >= 3);
  return failing.slice(0, 5).map((cron) =>
    reason({
      code: 'CRON_FAILING',
      health: 'degraded',
      subject: cron.name,
      summary: `"${cron.name}" has failed ${cron.failureCount} times in a row.`,
      evidence: { failures: cron.failureCount },
      action: 'Read the trace in the server log; Odoo switches a scheduled action off that keeps failing.',
    }),
  );
};

const mailStuck: Rule = (input) => {
  const oldest = levelOf(input, 'odoo_mail_outgoing_oldest_seconds') ?? 0;
  const limit = input.environment.thresholds.outgoingMailStuckAfterSeconds;
  if (oldest <= limit) return [];
  const waiting = levelOf(input, 'odoo_mail_outgoing_count') ?? 0;
  return [
    reason({
      code: 'MAIL_STUCK',
      health: 'degraded',
      subject: 'mail',
      summary: `${waiting} mail${waiting === 1 ? ' waits' : 's wait'} to go out, the oldest for ${formatDuration(oldest)}.`,
      evidence: { waiting, oldestSeconds: oldest, limitSeconds: limit },
      action: 'Check the outgoing mail server and the scheduled action that sends the queue.',
    }),
  ];
};

const backlogLate: Rule = (input) => {
  const limit = Math.max(1, input.environment.thresholds.pickingsLateUnhealthyCount);
  // A late receipt is the supplier's doing; everything else is ours.
  const late = samplesOf(input, 'odoo_picking_late_count').filter(
    (sample) => sample.labels['direction'] !== 'incoming',
  );
  const total = late.reduce((sum, sample) => sum + sample.value, 0);
  if (total * 2 < limit || total === 0) return [];
  const oldest = Math.max(0, ...samplesOf(input, 'odoo_picking_late_oldest_seconds').map((sample) => sample.value));
  const worst = late.toSorted((a, b) => b.value - a.value)[0];
  const cutOff = input.nextCutOffs.toSorted((a, b) => Temporal.Instant.compare(a.at, b.at))[0];
  const left = cutOff === undefined ? undefined : cutOff.at.since(input.now).total('seconds');
  return [
    reason({
      code: 'BACKLOG_LATE',
      health: total >= limit ? 'unhealthy' : 'degraded',
      subject: worst?.labels['warehouse'] ?? 'stock_picking',
      services: servicesOfTable(input, 'stock_picking_type'),
      summary: `${total} transfers are past their deadline${oldest === 0 ? '' : `, the oldest by ${formatDuration(oldest)}`}${cutOff === undefined || left === undefined ? '' : `; ${cutOff.name} at ${cutOff.site} is ${formatDuration(left)} away`}.`,
      evidence: {
        late: total,
        limit,
        oldestSeconds: oldest,
        warehouse: worst?.labels['warehouse'] ?? null,
        pickingType: worst?.labels['picking_type'] ?? null,
        cutOff: cutOff?.name ?? null,
        secondsToCutOff: left ?? null,
      },
      action: 'Move people to the step with the largest backlog, or release by priority.',
    }),
  ];
};

const latencyHigh: Rule = (input) => {
  const limit = input.environment.thresholds.requestLatencyP95DegradedSeconds;
  return input.observation.latencies
    .filter((latency) => latency.count >= latencyMinimumCount && latency.p95Seconds > limit)
    .map((latency) =>
      reason({
        code: 'LATENCY_HIGH',
        health: 'degraded',
        subject: latency.class,
        services: allServices(input).filter((name) => name === latency.class),
        summary: `95 of 100 ${latency.class} requests take up to ${formatDuration(latency.p95Seconds)}; ${formatDuration(limit)} is the limit.`,
        evidence: { p95Seconds: latency.p95Seconds, limitSeconds: limit, count: latency.count },
        action: 'Compare SQL and Python time of the class to see where it goes; look for locks and saturated workers.',
      }),
    );
};

function newestRuns(input: JudgeInput) {
  const newest = new Map<string, JudgeInput['journeyRuns'][number]>();
  for (const run of input.journeyRuns) {
    if (run.outcome === 'refused') continue;
    const known = newest.get(run.journey);
    if (known === undefined || Temporal.Instant.compare(known.startedAt, run.startedAt) < 0)
      newest.set(run.journey, run);
  }
  return [...newest.values()].toSorted((a, b) => a.journey.localeCompare(b.journey));
}

const journeysTell: Rule = (input) =>
  newestRuns(input).flatMap((run): readonly HealthReason[] => {
    const age = input.now.since(run.startedAt).total('seconds');
    const limit = 3 * input.environment.thresholds.journeyEverySeconds;
    const base = { subject: run.journey, services: run.services };
    const step = run.steps.find((candidate) => candidate.outcome === 'failed');
    if (age > limit) {
      return [
        reason({
          ...base,
          code: 'JOURNEY_STALE',
          health: 'unknown',
          summary: `The journey ${run.journey} last ran ${formatDuration(age)} ago.`,
          evidence: { ageSeconds: age, limitSeconds: limit },
          action: 'Check that a controller runs and that journeys are not paused.',
        }),
      ];
    }
    if (run.outcome === 'passed' || run.outcome === 'refused') return [];
    return [
      reason({
        ...base,
        code: run.outcome === 'failed' ? 'JOURNEY_FAILED' : 'JOURNEY_UNKNOWN',
        health: run.outcome === 'failed' ? 'unhealthy' : 'unknown',
        summary: `The journey ${run.journey} ${run.outcome === 'failed' ? 'failed' : 'could not tell'}${step === undefined ? '' : ` at "${step.name}"`}: ${run.reason ?? 'no reason given'}.`,
        evidence: { run: run.id, step: step?.name ?? null },
        action: `See its steps with \`plimsoll journey run ${input.environment.name} ${run.journey}\`.`,
      }),
    ];
  });

const businessCollectors = ['indicators', 'requests', 'rpc'] as const;

const businessUnseen: Rule = (input) => {
  if (isDatabaseDown(input)) return [];
  const { unreadIndicators } = input.observation;
  const missed = unreadIndicators.filter((unread) => unread.isJudged && !isToldAsLock(input, unread));
  const failed = businessCollectors.flatMap((name) => {
    const report = reportOf(input, name);
    if (report?.outcome === 'failed') return [report];
    if (report?.outcome !== 'partial') return [];
    if (name !== 'indicators' || unreadIndicators.length === 0) return [report];
    return missed.length === 0 ? [] : [{ ...report, detail: unreadWords(missed) }];
  });
  const reasons = failed.map((report) =>
    reason({
      code: report.outcome === 'partial' ? 'INDICATORS_MISSING' : 'COLLECTOR_FAILED',
      health: 'unknown',
      subject: report.collector,
      summary: `The ${report.collector} collector sees ${report.outcome === 'partial' ? 'only a part' : 'nothing'}: ${report.detail ?? 'it failed'}.`,
      evidence: { code: report.code, tables: input.observation.unreadTables.join(', ') },
      action: `Run \`plimsoll connect ${input.environment.name}\` to see what the read-only role lacks.`,
    }),
  );
  const sees = (['indicators', 'rpc'] as const).some(
    (name) => (reportOf(input, name)?.outcome ?? 'absent') !== 'absent',
  );
  if (sees) return reasons;
  return [
    ...reasons,
    reason({
      code: 'NOT_OBSERVED',
      health: 'unknown',
      subject: 'indicators',
      summary: 'The estate does not say how to read business indicators of this environment.',
      action: `Run \`plimsoll connect ${input.environment.name}\` and declare \`connect: { postgres: { url } }\`.`,
    }),
  ];
};

/** Business transactions: whether the work gets done. */
export const businessRules: readonly Rule[] = [
  staleReasons,
  nobodyCanWork,
  ...lockRules,
  journeysTell,
  backlogLate,
  cronsOverdue,
  cronsFailing,
  mailStuck,
  latencyHigh,
  businessUnseen,
];
