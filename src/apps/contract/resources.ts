import { z } from '@hono/zod-openapi';
import { backlog, calendarOccurrence, changeAnswer, instant, siteBacklog } from './backlog-resources.ts';

export { apiToken, apiTokenDraft, me, problem, signInLink, signInLinkDraft, user } from './access-resources.ts';
export {
  alert,
  alertDetail,
  alertMessage,
  alertmanagerNotification,
  alertNoise,
  cutOffForecast,
  onCallTeam,
  unansweredSignal,
} from './alert-resources.ts';
export { backlog, calendarOccurrence, changeAnswer, instant, siteBacklog } from './backlog-resources.ts';
export { backupCopyPlace, clone } from './copy-resources.ts';
export { coverageItem } from './coverage-resources.ts';
export { incident, incidentDetail, incidentFigures, incidentWork } from './incident-resources.ts';
export { measures, rises } from './measure-resources.ts';
export { objective, objectiveDetail } from './objective-resources.ts';
export { backupRun, recovery, recoveryState, recoverySummary, restorePoint } from './recovery-resources.ts';
export {
  askedTask,
  cloneAsk,
  inPlaceAsk,
  prunePlan,
  restoreAsk,
  restorePlanAsk,
  restorePreview,
} from './restore-resources.ts';
export { recoveryTask } from './task-resources.ts';

// What the API shows of things. Times are ISO 8601 in UTC, lengths are seconds, shares are 0 to 1; the name says which.

const fact = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const labels = z.record(z.string(), z.string());

export const health = z.enum(['healthy', 'degraded', 'unhealthy', 'unknown']).openapi('Health');

export const healthReason = z
  .object({
    code: z.string(),
    health: z.enum(['degraded', 'unhealthy', 'unknown']),
    summary: z.string(),
    subject: z.string(),
    services: z.array(z.string()),
    evidence: z.record(z.string(), fact),
    action: z.string(),
  })
  .openapi('HealthReason');

export const healthVerdict = z.object({ health, reasons: z.array(healthReason) }).openapi('HealthVerdict');

export const lifecycleState = z
  .enum(['requested', 'provisioned', 'active', 'suspended', 'retired'])
  .openapi('LifecycleState');

export const environmentSummary = z
  .object({
    name: z.string(),
    tenant: z.string().nullable(),
    stage: z.string(),
    serviceClass: z.string(),
    tier: z.string(),
    platform: z.string(),
    region: z.string().nullable(),
    odooVersion: z.string(),
    lifecycle: lifecycleState,
    sites: z.array(z.object({ name: z.string(), timezone: z.string() })),
    business: healthVerdict,
    infrastructure: healthVerdict,
    /** Parts of `connect:` that the estate does not declare, and what nobody sees without them. */
    notObserved: z.array(z.object({ part: z.enum(['odoo', 'postgres', 'log', 'filestore']), means: z.string() })),
    /** Null until the first look. */
    judgedAt: instant.nullable(),
    backlog,
    /** The same by site, in the order in which the environment declares them. */
    siteBacklogs: z.array(siteBacklog),
    nextCutOff: calendarOccurrence.nullable(),
    activePeak: calendarOccurrence.nullable(),
    change: changeAnswer,
    openFindingCount: z.number().int(),
  })
  .openapi('EnvironmentSummary');

/** The first screen: what may be missed, what can be recovered, what may be changed. */
export const overview = z
  .object({
    estate: z.string(),
    now: instant,
    environments: z.array(environmentSummary),
    /** The next cut-offs over all sites, soonest first. */
    cutOffs: z.array(calendarOccurrence.extend({ environments: z.array(z.string()) })),
    /** Over all environments that are not retired; reasons are those of the environments, each once. */
    changes: changeAnswer.extend({ allowedCount: z.number().int(), environmentCount: z.number().int() }),
    recovery: z.object({
      /** Environments whose last drill came back as a serving Odoo, and has not expired. */
      verifiedCount: z.number().int(),
      environmentCount: z.number().int(),
    }),
    diagnosticCount: z.object({ errors: z.number().int(), warnings: z.number().int() }),
  })
  .openapi('Overview');

export const serviceSummary = z
  .object({
    name: z.string(),
    owner: z.string().nullable(),
    criticality: z.string(),
    criticalityReasons: z.array(z.string()),
    journey: z.string().nullable(),
    environments: z.array(z.string()),
    health,
    reasons: z.array(healthReason),
    /** Share of the journey's runs that passed in the last 24 hours; null where there were none. */
    availabilityRatio: z.number().nullable(),
  })
  .openapi('BusinessService');

export const environmentDetail = environmentSummary
  .extend({
    database: z.string(),
    modules: z.array(z.string()),
    workers: z.record(z.string(), z.number()),
    thresholds: z.record(z.string(), z.number()),
    services: z.array(serviceSummary),
    calendar: z.array(calendarOccurrence),
  })
  .openapi('EnvironmentDetail');

/** The newest value of one series, with its unit and its age. */
export const latestSample = z
  .object({
    metric: z.string(),
    help: z.string(),
    unit: z.string(),
    labels,
    value: z.number(),
    at: instant,
    /** How often it is read at most: a value that missed its next read is stale. */
    readEverySeconds: z.number(),
    isStale: z.boolean(),
  })
  .openapi('LatestSample');

export const series = z
  .object({
    metric: z.string(),
    unit: z.string(),
    labels,
    points: z.array(
      z.object({
        at: instant,
        minimum: z.number(),
        mean: z.number(),
        maximum: z.number(),
        last: z.number(),
        count: z.number(),
      }),
    ),
  })
  .openapi('Series');

export const quantileSeries = z
  .object({
    metric: z.string(),
    unit: z.string(),
    labels,
    points: z.array(z.object({ at: instant, count: z.number(), quantiles: z.record(z.string(), z.number()) })),
  })
  .openapi('QuantileSeries');

export const journeyRun = z
  .object({
    id: z.string(),
    environment: z.string(),
    journey: z.string(),
    services: z.array(z.string()),
    startedAt: instant,
    durationSeconds: z.number(),
    outcome: z.enum(['passed', 'failed', 'unknown', 'refused']),
    reason: z.string().nullable(),
    steps: z.array(
      z.object({
        name: z.string(),
        outcome: z.enum(['passed', 'failed', 'skipped']),
        durationSeconds: z.number(),
        detail: z.string().nullable(),
      }),
    ),
  })
  .openapi('JourneyRun');

export const drill = z
  .object({
    id: z.string(),
    environment: z.string(),
    backup: z.string(),
    startedAt: instant,
    finishedAt: instant,
    verdict: z.enum(['verified', 'not-recoverable', 'inconclusive']),
    reasons: z.array(z.string()),
    phases: z.array(z.object({ phase: z.string(), seconds: z.number() })),
    checks: z.array(
      z.object({
        name: z.string(),
        outcome: z.enum(['passed', 'failed', 'not-applicable', 'warning']),
        detail: z.string(),
        evidence: z.array(z.string()),
      }),
    ),
    rpoAchievedSeconds: z.number().nullable(),
    rtoAchievedSeconds: z.number().nullable(),
  })
  .openapi('Drill');

export const finding = z
  .object({
    id: z.string(),
    source: z.string(),
    code: z.string(),
    severity: z.enum(['info', 'warning', 'critical']),
    environment: z.string().nullable(),
    subject: z.string(),
    reason: z.string(),
    action: z.string(),
    evidence: z.record(z.string(), fact),
    openedAt: instant,
    lastSeenAt: instant,
    closedAt: instant.nullable(),
  })
  .openapi('Finding');

export const ledgerEntry = z
  .object({
    sequence: z.number().int(),
    at: instant,
    actor: z.object({ kind: z.enum(['user', 'token', 'controller', 'cli']), name: z.string() }),
    type: z.string(),
    subject: z.string(),
    data: z.record(z.string(), z.unknown()),
    previousHash: z.string(),
    hash: z.string(),
  })
  .openapi('LedgerEntry');

export const ledgerVerification = z
  .object({
    isIntact: z.boolean(),
    entryCount: z.number().int(),
    /** The first entry that does not follow from the one before it; null where the chain is intact. */
    firstBrokenSequence: z.number().int().nullable(),
    problem: z.string().nullable(),
    head: z.string().nullable(),
  })
  .openapi('LedgerVerification');

/** One line of an environment's timeline, newest first: what happened, whoever recorded it. */
export const timelineEntry = z
  .object({
    at: instant,
    kind: z.enum(['health', 'finding', 'journey', 'lifecycle', 'change', 'incident', 'calendar', 'other']),
    title: z.string(),
    detail: z.string().nullable(),
    tone: z.enum(['neutral', 'good', 'warning', 'bad']),
    /** A portal path that shows more. */
    link: z.string().nullable(),
  })
  .openapi('TimelineEntry');

export const diagnostic = z
  .object({
    code: z.string(),
    severity: z.enum(['error', 'warning']),
    file: z.string(),
    line: z.number().int(),
    column: z.number().int(),
    message: z.string(),
    hint: z.string(),
  })
  .openapi('Diagnostic');

export const graphAnswer = z
  .object({
    element: z.string(),
    direction: z.enum(['needs', 'affects']),
    elements: z.array(z.object({ id: z.string(), kind: z.string(), path: z.array(z.string()) })),
  })
  .openapi('GraphAnswer');
