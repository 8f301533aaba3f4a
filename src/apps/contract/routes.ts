import { z } from '@hono/zod-openapi';
import { accessRoutes } from './access-routes.ts';
import { alertRoutes } from './alert-routes.ts';
import { copyRoutes } from './copy-routes.ts';
import { defineRoute } from './define-route.ts';
import { incidentRoutes } from './incident-routes.ts';
import { objectiveRoutes } from './objective-routes.ts';
import * as resource from './resources.ts';
import { restoreRoutes } from './restore-routes.ts';
import { taskRoutes } from './task-routes.ts';

const name = z.object({ name: z.string().min(1).max(100) });
const id = z.object({ id: z.string().min(1).max(100) });
const limit = z.coerce.number().int().min(1).max(1_000).default(100);
const list = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) });

const seriesQuery = z.object({
  metric: z.string().min(1),
  /** Labels that must match, as `key=value` separated by commas. */
  labels: z.string().optional(),
  from: resource.instant,
  to: resource.instant,
  stepSeconds: z.coerce.number().int().min(1).max(86_400),
});

/** Every route of the API below `/api/v1`. A route without a permission does not type-check; a test walks them all × all roles. */
export const routes = {
  ...accessRoutes,
  ...alertRoutes,
  ...incidentRoutes,
  ...copyRoutes,
  ...taskRoutes,
  ...restoreRoutes,
  getMe: defineRoute({
    method: 'get',
    path: '/me',
    permission: 'own-account',
    summary: 'Who I am and what I may do',
    response: resource.me,
  }),
  getOverview: defineRoute({
    method: 'get',
    path: '/overview',
    permission: 'estate:read',
    summary: 'The estate at a glance: health, backlog, cut-offs, changes',
    response: resource.overview,
  }),
  listEnvironments: defineRoute({
    method: 'get',
    path: '/environments',
    permission: 'estate:read',
    summary: 'Every environment with its two health answers',
    response: list(resource.environmentSummary),
  }),
  getEnvironment: defineRoute({
    method: 'get',
    path: '/environments/{name}',
    permission: 'estate:read',
    summary: 'One environment with its services and calendar',
    params: name,
    response: resource.environmentDetail,
  }),
  getLatestSamples: defineRoute({
    method: 'get',
    path: '/environments/{name}/latest',
    permission: 'samples:read',
    summary: 'The newest value of every series of an environment',
    params: name,
    response: list(resource.latestSample),
  }),
  getSeries: defineRoute({
    method: 'get',
    path: '/environments/{name}/series',
    permission: 'samples:read',
    summary: 'A metric over time, aggregated to steps',
    params: name,
    query: seriesQuery,
    response: list(resource.series),
  }),
  getQuantiles: defineRoute({
    method: 'get',
    path: '/environments/{name}/quantiles',
    permission: 'samples:read',
    summary: 'Latency percentiles over time, from merged sketches',
    params: name,
    query: seriesQuery.extend({ quantiles: z.string().default('0.5,0.95,0.99') }),
    response: list(resource.quantileSeries),
  }),
  getMeasures: defineRoute({
    method: 'get',
    path: '/environments/{name}/metrics',
    permission: 'samples:read',
    summary:
      'Availability by service, latency in normal and peak times, queue delays and partners, over a range (the last 24 h)',
    params: name,
    query: z.object({ from: resource.instant.optional(), to: resource.instant.optional() }),
    response: resource.measures,
  }),
  getRises: defineRoute({
    method: 'get',
    path: '/environments/{name}/rises',
    permission: 'samples:read',
    summary: 'Delays and backlogs that have risen, each with its likely causes and what speaks for them',
    params: name,
    response: resource.rises,
  }),
  getTimeline: defineRoute({
    method: 'get',
    path: '/environments/{name}/timeline',
    permission: 'estate:read',
    summary: 'What happened to an environment, newest first',
    params: name,
    query: z.object({ limit }),
    response: list(resource.timelineEntry),
  }),
  changeLifecycle: defineRoute({
    method: 'post',
    path: '/environments/{name}/lifecycle',
    permission: 'lifecycle:change',
    summary: 'Move an environment through its lifecycle; illegal moves are refused and recorded',
    params: name,
    body: z.object({ to: resource.lifecycleState, reason: z.string().min(1).max(500) }),
    response: z.object({ environment: z.string(), state: resource.lifecycleState }),
  }),
  ...objectiveRoutes,
  listJourneyRuns: defineRoute({
    method: 'get',
    path: '/journeys',
    permission: 'journeys:read',
    summary: 'Journey runs, newest first',
    query: z.object({ environment: z.string().optional(), journey: z.string().optional(), limit }),
    response: list(resource.journeyRun),
  }),
  getJourneyRun: defineRoute({
    method: 'get',
    path: '/journeys/{id}',
    permission: 'journeys:read',
    summary: 'One journey run with its steps',
    params: id,
    response: resource.journeyRun,
  }),
  listDrills: defineRoute({
    method: 'get',
    path: '/drills',
    permission: 'estate:read',
    summary: 'What drills have shown of backups, newest first',
    query: z.object({ environment: z.string().optional(), limit }),
    response: list(resource.drill),
  }),
  runJourney: defineRoute({
    method: 'post',
    path: '/environments/{name}/journeys/{journey}/runs',
    permission: 'journeys:run',
    summary: 'Run a journey now',
    params: name.extend({ journey: z.string().min(1).max(100) }),
    response: resource.journeyRun,
  }),
  listBackups: defineRoute({
    method: 'get',
    path: '/environments/{name}/backups',
    permission: 'backups:read',
    summary: 'Attempts at backups of an environment, newest first',
    params: name,
    query: z.object({ limit }),
    response: list(resource.backupRun),
  }),
  startBackup: defineRoute({
    method: 'post',
    path: '/environments/{name}/backups',
    permission: 'backups:run',
    summary: 'Take a backup now; answers its id at once, which is the id of its recovery task too',
    params: name,
    response: z.object({ id: z.string() }),
  }),
  listRecovery: defineRoute({
    method: 'get',
    path: '/recovery',
    permission: 'backups:read',
    summary:
      'The recovery of every environment: coverage, RPO and RTO against target, last drill and until when it counts',
    response: list(resource.recoverySummary),
  }),
  getRecovery: defineRoute({
    method: 'get',
    path: '/environments/{name}/recovery',
    permission: 'backups:read',
    summary: 'The recovery of an environment: rates, achievement over time, feasibility, what is due next (90 days)',
    params: name,
    query: z.object({ days: z.coerce.number().int().min(1).max(730).default(90) }),
    response: resource.recovery,
  }),
  listRestorePoints: defineRoute({
    method: 'get',
    path: '/environments/{name}/restore-points',
    permission: 'backups:read',
    summary: 'What an environment can be brought back to, oldest first',
    params: name,
    response: list(resource.restorePoint),
  }),
  startDrill: defineRoute({
    method: 'post',
    path: '/environments/{name}/drills',
    permission: 'drills:run',
    summary: 'Drill a backup now, the newest where none is named; answers at once, with the id of its recovery task',
    params: name,
    body: z.object({ backup: z.string().min(1).max(100).optional() }),
    response: z.object({ backup: z.string(), task: z.string(), requestedAt: resource.instant }),
  }),
  listCalendar: defineRoute({
    method: 'get',
    path: '/calendar',
    permission: 'estate:read',
    summary: 'Calendar occurrences between two instants',
    query: z.object({ from: resource.instant, to: resource.instant, site: z.string().optional() }),
    response: list(resource.calendarOccurrence),
  }),
  listFindings: defineRoute({
    method: 'get',
    path: '/findings',
    permission: 'findings:read',
    summary: 'Findings, open ones first',
    query: z.object({
      environment: z.string().optional(),
      includeClosed: z.enum(['true', 'false']).default('false'),
      limit,
    }),
    response: list(resource.finding),
  }),
  getFinding: defineRoute({
    method: 'get',
    path: '/findings/{id}',
    permission: 'findings:read',
    summary: 'One finding with its evidence',
    params: id,
    response: resource.finding,
  }),
  listDiagnostics: defineRoute({
    method: 'get',
    path: '/diagnostics',
    permission: 'estate:read',
    summary: 'What `plimsoll check` says of the estate the server runs',
    response: list(resource.diagnostic),
  }),
  getCoverage: defineRoute({
    method: 'get',
    path: '/coverage',
    permission: 'estate:read',
    summary: 'Which services, sites, integrations, components and backups are watched by what, and what by nothing',
    response: list(resource.coverageItem),
  }),
  getGraph: defineRoute({
    method: 'get',
    path: '/graph',
    permission: 'estate:read',
    summary: 'What an element needs, or what breaks with it',
    query: z.object({ element: z.string().min(1), direction: z.enum(['needs', 'affects']) }),
    response: resource.graphAnswer,
  }),
  listLedger: defineRoute({
    method: 'get',
    path: '/ledger',
    permission: 'ledger:read',
    summary: 'The last entries of the ledger, newest last',
    query: z.object({ subject: z.string().optional(), limit }),
    response: list(resource.ledgerEntry),
  }),
  verifyLedger: defineRoute({
    method: 'get',
    path: '/ledger/verification',
    permission: 'ledger:read',
    summary: 'Recompute the whole chain and say whether it holds',
    response: resource.ledgerVerification,
  }),
} as const;

export type RouteName = keyof typeof routes;
