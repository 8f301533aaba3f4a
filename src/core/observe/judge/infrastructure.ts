import { formatBytes, formatDuration, formatPercent, withoutStop } from '../../kernel/index.ts';
import type { HealthReason } from '../health.ts';
import type { CollectorName, EndpointReading } from '../observation.ts';
import { staleAfter } from '../staleness.ts';
import { edgeRules } from './edges.ts';
import { ageSeconds, endpointOf, type JudgeInput, levelOf, type Rule, reason, reportOf, samplesOf } from './input.ts';

/** Above these, slow becomes broken; below them the thresholds of the estate speak. */
const connectionsUnhealthyRatio = 0.97;
const diskUnhealthyRatio = 0.98;
const replicationLagDegradedSeconds = 60;
const wraparoundDegradedRatio = 0.75;

const endpointWords: Readonly<Record<EndpointReading['outcome'], string>> = {
  up: 'answers',
  refused: 'refuses connections',
  timeout: 'does not answer in time',
  error: 'answers with an error',
};

function endpointDown(endpoint: EndpointReading | undefined, code: string, subject: string): readonly HealthReason[] {
  if (endpoint === undefined || endpoint.outcome === 'up') return [];
  return [
    reason({
      code,
      health: 'unhealthy',
      subject,
      summary: `The Odoo ${subject} process ${endpointWords[endpoint.outcome]}${endpoint.status === null ? '' : ` (HTTP ${endpoint.status})`}.`,
      evidence: {
        outcome: endpoint.outcome,
        status: endpoint.status,
        seconds: endpoint.seconds,
        detail: endpoint.detail,
      },
      action: `Start or restart the ${subject} process and read the end of its log.`,
    }),
  ];
}

const isWebUp = (input: JudgeInput): boolean => endpointOf(input, 'web')?.outcome === 'up';

/** Whether Odoo itself says that it has lost its database, or our own role finds no server there. */
export function isDatabaseDown(input: JudgeInput): boolean {
  if (endpointOf(input, 'web')?.databaseUp === false) return true;
  const report = reportOf(input, 'database');
  return report?.outcome === 'failed' && report.code === 'ODOO_DATABASE_UNREACHABLE' && !databaseSeenByOdoo(input);
}

function databaseSeenByOdoo(input: JudgeInput): boolean {
  return isWebUp(input) && endpointOf(input, 'web')?.databaseUp === true;
}

/**
 * A web process that answers 500 because its database is gone is not itself down; nor is one whose workers all wait for
 * a lock: it takes the connection and cannot answer, which is the business's trouble and told there.
 */
const webDown: Rule = (input) => {
  const web = endpointOf(input, 'web');
  if (web?.databaseUp === false) return [];
  if (web?.outcome === 'timeout') {
    const isBehindLock = (input.observation.locks?.waiters.length ?? 0) > 0;
    return isBehindLock ? [] : endpointDown(web, 'ODOO_WEB_UNRESPONSIVE', 'web');
  }
  return endpointDown(web, 'ODOO_WEB_DOWN', 'web');
};

const geventDown: Rule = (input) => endpointDown(endpointOf(input, 'gevent'), 'ODOO_GEVENT_DOWN', 'gevent');

const processMissing: Rule = ({ environment, observation: { processes } }) => {
  if (processes === undefined) return [];
  return (['web', 'cron', 'gevent'] as const)
    .filter((component) => environment.workers[component] > 0)
    .filter((component) => !processes.some((process) => process.component === component && process.count > 0))
    .map((component) =>
      reason({
        code: `ODOO_${component.toUpperCase()}_DOWN`,
        health: 'unhealthy',
        subject: component,
        summary: `No ${component} process of Odoo runs.`,
        evidence: { declared: environment.workers[component], running: 0 },
        action: `Start the ${component} process and read the end of its log.`,
      }),
    );
};

const databaseDown: Rule = (input) => {
  if (!isDatabaseDown(input)) return [];
  return [
    reason({
      code: 'POSTGRES_UNREACHABLE',
      health: 'unhealthy',
      subject: 'postgres',
      summary: 'PostgreSQL cannot be reached.',
      evidence: {
        odooSees: endpointOf(input, 'web')?.databaseUp ?? null,
        detail: reportOf(input, 'database')?.detail ?? null,
      },
      action: 'Start PostgreSQL, or free what keeps it from starting; its log says which.',
    }),
  ];
};

const connectionsNearLimit: Rule = (input) => {
  const ratio = levelOf(input, 'postgres_connections_ratio');
  const limit = input.environment.thresholds.connectionUsageDegradedRatio;
  if (ratio === undefined || ratio < limit) return [];
  return [
    reason({
      code: 'CONNECTIONS_NEAR_LIMIT',
      health: ratio >= connectionsUnhealthyRatio ? 'unhealthy' : 'degraded',
      subject: 'postgres',
      summary: `${formatPercent(ratio, 1)} of PostgreSQL's connections are in use.`,
      evidence: { ratio, limit },
      action: 'Find who holds them in pg_stat_activity; lower db_maxconn or pool the connections.',
    }),
  ];
};

const diskNearlyFull: Rule = (input) => {
  const limit = input.environment.thresholds.diskUsageDegradedRatio;
  return samplesOf(input, 'host_disk_used_ratio')
    .filter((sample) => sample.value >= limit)
    .map((sample) => {
      const mount = sample.labels['mount'] ?? '';
      const free = samplesOf(input, 'host_disk_free_bytes', { mount })[0]?.value;
      return reason({
        code: 'DISK_NEARLY_FULL',
        health: sample.value >= diskUnhealthyRatio ? 'unhealthy' : 'degraded',
        subject: mount,
        summary: `${mount} is ${formatPercent(sample.value, 1)} full${free === undefined ? '' : `; ${formatBytes(free)} are free`}.`,
        evidence: { ratio: sample.value, limit, freeBytes: free ?? null },
        action: 'Free space or grow the volume; PostgreSQL stops when its disk is full.',
      });
    });
};

const replicationLagging: Rule = (input) =>
  samplesOf(input, 'postgres_replication_lag_seconds')
    .filter((sample) => sample.value >= replicationLagDegradedSeconds)
    .map((sample) =>
      reason({
        code: 'REPLICATION_LAG',
        health: 'degraded',
        subject: sample.labels['replica'] ?? '',
        summary: `Replica ${sample.labels['replica']} is ${formatDuration(sample.value)} behind.`,
        evidence: { lagSeconds: sample.value, limitSeconds: replicationLagDegradedSeconds },
        action: 'Look at the network and the load of the replica; a failover now would lose that much.',
      }),
    );

const wraparoundNear: Rule = (input) => {
  const ratio = levelOf(input, 'postgres_wraparound_ratio');
  if (ratio === undefined || ratio < wraparoundDegradedRatio) return [];
  return [
    reason({
      code: 'TRANSACTION_IDS_RUNNING_OUT',
      health: 'degraded',
      subject: 'postgres',
      summary: `${formatPercent(ratio, 1)} of the transaction ids are used up.`,
      evidence: { ratio },
      action: 'Let vacuum finish: end old transactions and run VACUUM FREEZE on the oldest tables.',
    }),
  ];
};

const infrastructureCollectors: readonly CollectorName[] = ['web', 'gevent', 'database', 'host', 'filestore'];

const collectorsBlind: Rule = (input) =>
  input.observation.collectors
    .filter(({ collector, outcome }) => infrastructureCollectors.includes(collector) && outcome === 'failed')
    .filter(({ collector }) => !(collector === 'database' && isDatabaseDown(input)))
    .map((report) =>
      reason({
        code: 'COLLECTOR_FAILED',
        health: 'unknown',
        subject: report.collector,
        summary: `The ${report.collector} collector sees nothing: ${withoutStop(report.detail ?? 'it failed')}.`,
        evidence: { code: report.code },
        action:
          report.collector === 'database'
            ? `Run \`plimsoll connect ${input.environment.name}\` to create or explain the read-only role.`
            : 'Correct what the message names, or the `connect:` part of the environment.',
      }),
    );

const nothingSeen: Rule = (input) => {
  const isSeen = (collector: CollectorName): boolean => (reportOf(input, collector)?.outcome ?? 'absent') !== 'absent';
  if (isSeen('web') || isSeen('host')) return [];
  return [
    reason({
      code: 'NOT_OBSERVED',
      health: 'unknown',
      subject: 'web',
      summary: 'The estate does not say how to reach this Odoo.',
      action: 'Declare `connect: { odoo: { url } }` in the environment.',
    }),
  ];
};

const stale: Rule = (input) => staleReasons(input);

/** The reason that a look is too old to say anything, for both answers. */
export function staleReasons(input: JudgeInput): readonly HealthReason[] {
  const age = ageSeconds(input, input.observation.at);
  const limitSeconds = staleAfter(input.environment.thresholds);
  if (age <= limitSeconds) return [];
  return [
    reason({
      code: 'COLLECTION_STALE',
      health: 'unknown',
      subject: 'collector',
      summary: `The last look was ${formatDuration(age)} ago.`,
      evidence: { ageSeconds: age, limitSeconds },
      action: 'Check that a controller runs: `plimsoll serve`.',
    }),
  ];
}

/** Processes, database, machine: whether the parts are there and have room. */
export const infrastructureRules: readonly Rule[] = [
  stale,
  nothingSeen,
  webDown,
  geventDown,
  processMissing,
  databaseDown,
  connectionsNearLimit,
  diskNearlyFull,
  replicationLagging,
  wraparoundNear,
  ...edgeRules,
  collectorsBlind,
];
