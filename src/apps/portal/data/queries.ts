import { QueryClient, queryOptions } from '@tanstack/react-query';
import { ApiProblem, routes } from '../../contract/index.ts';
import type { RestoreAsk } from '../view/resources.ts';
import { api } from './api.ts';
import { adoptServerTime, serverNow } from './clock.ts';

/** Retries what may heal by itself; a refusal or a sign-in never does. */
function shouldRetry(failureCount: number, error: unknown): boolean {
  if (error instanceof ApiProblem && error.status < 500) return false;
  return failureCount < 2;
}

/** One cache for the portal. Answers stay on screen while newer ones load, and events or polling renew them. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: shouldRetry, retryDelay: (attempt) => 1_000 * 2 ** attempt, staleTime: 5_000 },
    mutations: { retry: false },
  },
});

const past = (hours: number) => {
  const to = serverNow().round({ smallestUnit: 'second' });
  return { from: to.subtract({ hours }).toString(), to: to.toString() };
};

export interface SeriesRequest {
  readonly environment: string;
  readonly metric: string;
  readonly hours: number;
  readonly stepSeconds: number;
}

export const me = () =>
  queryOptions({ queryKey: ['me'], queryFn: ({ signal }) => api.call(routes.getMe, { signal }), staleTime: 60_000 });

export const overview = () =>
  queryOptions({
    queryKey: ['overview'],
    queryFn: async ({ signal }) => {
      const answer = await api.call(routes.getOverview, { signal });
      adoptServerTime(answer.now);
      return answer;
    },
  });

export const environment = (name: string) =>
  queryOptions({
    queryKey: ['environment', name],
    queryFn: ({ signal }) => api.call(routes.getEnvironment, { params: { name }, signal }),
  });

export const latest = (name: string) =>
  queryOptions({
    queryKey: ['latest', name],
    queryFn: ({ signal }) => api.call(routes.getLatestSamples, { params: { name }, signal }),
  });

export const series = ({ environment: name, metric, hours, stepSeconds }: SeriesRequest) =>
  queryOptions({
    queryKey: ['series', name, metric, hours, stepSeconds],
    queryFn: ({ signal }) =>
      api.call(routes.getSeries, { params: { name }, query: { metric, stepSeconds, ...past(hours) }, signal }),
  });

export const quantiles = ({ environment: name, metric, hours, stepSeconds }: SeriesRequest) =>
  queryOptions({
    queryKey: ['quantiles', name, metric, hours, stepSeconds],
    queryFn: ({ signal }) =>
      api.call(routes.getQuantiles, { params: { name }, query: { metric, stepSeconds, ...past(hours) }, signal }),
  });

export const timeline = (name: string) =>
  queryOptions({
    queryKey: ['timeline', name],
    queryFn: ({ signal }) => api.call(routes.getTimeline, { params: { name }, query: { limit: 60 }, signal }),
  });

export const objectives = () =>
  queryOptions({
    queryKey: ['objectives'],
    queryFn: ({ signal }) => api.call(routes.listObjectives, { query: {}, signal }),
  });

export const objective = (key: string) =>
  queryOptions({
    queryKey: ['objective', key],
    queryFn: ({ signal }) => api.call(routes.getObjective, { params: { key }, query: { days: 30 }, signal }),
  });

export const services = () =>
  queryOptions({
    queryKey: ['services'],
    queryFn: ({ signal }) => api.call(routes.listServices, { query: {}, signal }),
  });

export const journeyRuns = (filter: { readonly environment?: string; readonly journey?: string }) =>
  queryOptions({
    queryKey: ['journeys', filter],
    queryFn: ({ signal }) => api.call(routes.listJourneyRuns, { query: { ...filter, limit: 100 }, signal }),
  });

export const journeyRun = (id: string) =>
  queryOptions({
    queryKey: ['journeys', id],
    queryFn: ({ signal }) => api.call(routes.getJourneyRun, { params: { id }, signal }),
  });

export const calendar = (from: string, to: string) =>
  queryOptions({
    queryKey: ['calendar', from, to],
    queryFn: ({ signal }) => api.call(routes.listCalendar, { query: { from, to }, signal }),
  });

export const findings = (includeClosed: boolean) =>
  queryOptions({
    queryKey: ['findings', includeClosed],
    queryFn: ({ signal }) =>
      api.call(routes.listFindings, { query: { includeClosed: includeClosed ? 'true' : 'false', limit: 500 }, signal }),
  });

export const finding = (id: string) =>
  queryOptions({
    queryKey: ['findings', 'one', id],
    queryFn: ({ signal }) => api.call(routes.getFinding, { params: { id }, signal }),
  });

export const diagnostics = () =>
  queryOptions({
    queryKey: ['diagnostics'],
    queryFn: ({ signal }) => api.call(routes.listDiagnostics, { signal }),
  });

export const ledger = (subject: string | undefined) =>
  queryOptions({
    queryKey: ['ledger', subject ?? ''],
    queryFn: ({ signal }) =>
      api.call(routes.listLedger, { query: { limit: 200, ...(subject === undefined ? {} : { subject }) }, signal }),
  });

export const users = () =>
  queryOptions({ queryKey: ['users'], queryFn: ({ signal }) => api.call(routes.listUsers, { signal }) });

export const tokens = () =>
  queryOptions({ queryKey: ['tokens'], queryFn: ({ signal }) => api.call(routes.listTokens, { signal }) });

export const estateRecovery = () =>
  queryOptions({ queryKey: ['recovery'], queryFn: ({ signal }) => api.call(routes.listRecovery, { signal }) });

export const recovery = (name: string) =>
  queryOptions({
    queryKey: ['recovery', name],
    queryFn: ({ signal }) => api.call(routes.getRecovery, { params: { name }, query: { days: 90 }, signal }),
  });

export const restorePoints = (name: string) =>
  queryOptions({
    queryKey: ['restore-points', name],
    queryFn: ({ signal }) => api.call(routes.listRestorePoints, { params: { name }, signal }),
    // The archived log goes on without anybody telling.
    refetchInterval: 60_000,
  });

export const backups = (name: string) =>
  queryOptions({
    queryKey: ['backups', name],
    queryFn: ({ signal }) => api.call(routes.listBackups, { params: { name }, query: { limit: 20 }, signal }),
  });

/** What waits or runs, in an environment or anywhere. */
export const recoveryTasks = (environment?: string) =>
  queryOptions({
    queryKey: ['recovery-tasks', environment ?? 'anywhere'],
    queryFn: ({ signal }) => {
      const query = { state: 'under-way' as const, limit: 100, ...(environment === undefined ? {} : { environment }) };
      return api.call(routes.listRecoveryTasks, { query, signal });
    },
  });

export const allRecoveryTasks = (environment: string) =>
  queryOptions({
    queryKey: ['recovery-tasks', environment, 'all'],
    queryFn: ({ signal }) => api.call(routes.listRecoveryTasks, { query: { environment, limit: 100 }, signal }),
  });

export const drills = (name: string) =>
  queryOptions({
    queryKey: ['drills', name],
    queryFn: ({ signal }) => api.call(routes.listDrills, { query: { environment: name, limit: 30 }, signal }),
  });

export const backupCopies = (name: string) =>
  queryOptions({
    queryKey: ['copies', name],
    queryFn: ({ signal }) => api.call(routes.listBackupCopies, { params: { name }, signal }),
  });

/** Looked at once for each wish, and not kept: what is there to restore changes while one reads. */
export const restorePlan = (name: string, wish: RestoreAsk) =>
  queryOptions({
    queryKey: ['restore-plan', name, wish],
    queryFn: ({ signal }) => api.call(routes.planRestore, { params: { name }, body: wish, signal }),
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });

export const pruning = (name: string) =>
  queryOptions({
    queryKey: ['pruning', name],
    queryFn: ({ signal }) => api.call(routes.planPruning, { params: { name }, signal }),
    gcTime: 0,
    retry: false,
  });

export const clones = (source: string) =>
  queryOptions({
    queryKey: ['clones', source],
    queryFn: ({ signal }) => api.call(routes.listClones, { query: { source, limit: 100 }, signal }),
  });

export const measures = (name: string, hours: number) =>
  queryOptions({
    queryKey: ['measures', name, hours],
    queryFn: ({ signal }) => api.call(routes.getMeasures, { params: { name }, query: past(hours), signal }),
    staleTime: 60_000,
  });

export const coverage = () =>
  queryOptions({ queryKey: ['coverage'], queryFn: ({ signal }) => api.call(routes.getCoverage, { signal }) });

export const rises = (name: string) =>
  queryOptions({
    queryKey: ['rises', name],
    queryFn: ({ signal }) => api.call(routes.getRises, { params: { name }, signal }),
    refetchInterval: 60_000,
  });

export const alerts = (includeResolved: boolean) =>
  queryOptions({
    queryKey: ['alerts', includeResolved],
    queryFn: ({ signal }) =>
      api.call(routes.listAlerts, {
        query: { includeResolved: includeResolved ? 'true' : 'false', limit: 300 },
        signal,
      }),
  });

export const alertMessages = (id: string) =>
  queryOptions({
    queryKey: ['alerts', 'one', id],
    queryFn: ({ signal }) => api.call(routes.getAlert, { params: { id }, signal }),
  });

export const alertNoise = () =>
  queryOptions({
    queryKey: ['alerts', 'noise'],
    queryFn: ({ signal }) => api.call(routes.getAlertNoise, { query: { days: 30 }, signal }),
  });

export const unansweredSignals = () =>
  queryOptions({
    queryKey: ['alerts', 'unanswered'],
    queryFn: ({ signal }) => api.call(routes.listUnansweredSignals, { signal }),
  });

export const onCall = () =>
  queryOptions({
    queryKey: ['alerts', 'on-call'],
    queryFn: ({ signal }) => api.call(routes.listOnCall, { query: { days: 14 }, signal }),
    refetchInterval: 60_000,
  });

export const forecasts = () =>
  queryOptions({
    queryKey: ['alerts', 'forecasts'],
    queryFn: ({ signal }) => api.call(routes.listForecasts, { signal }),
    refetchInterval: 60_000,
  });

export const incidents = () =>
  queryOptions({
    queryKey: ['incidents'],
    queryFn: ({ signal }) => api.call(routes.listIncidents, { query: { limit: 100 }, signal }),
  });

export const incident = (id: string) =>
  queryOptions({
    queryKey: ['incidents', id],
    queryFn: ({ signal }) => api.call(routes.getIncident, { params: { id }, signal }),
  });

export const incidentFigures = () =>
  queryOptions({
    queryKey: ['incidents', 'figures'],
    queryFn: ({ signal }) => api.call(routes.getIncidentFigures, { query: { days: 30 }, signal }),
  });
