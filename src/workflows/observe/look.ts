import type { Environment } from '../../core/estate/index.ts';
import type { CollectorReport, MakeUp, Observation, Sample, SketchSample } from '../../core/observe/index.ts';
import { collectDatabase, type DatabaseLook } from './collect-database.ts';
import { collectIndicators } from './collect-indicators.ts';
import { collectIngress } from './collect-ingress.ts';
import { collectFilestore, collectHost } from './collect-machine.ts';
import { collectRedis } from './collect-redis.ts';
import { collectRequests } from './collect-requests.ts';
import { collectThroughRpc } from './collect-rpc.ts';
import { collectEndpoint } from './collect-web.ts';
import { type Isolated, isolate } from './isolate.ts';
import { currentSamples, type DatabaseIdentity, type EnvironmentMemory } from './memory.ts';
import type { EnvironmentSources, LookDeps } from './sources.ts';

/** No collector may take longer, whatever it hangs on; the slowest decides how long a look takes. */
const deadlineSeconds = 10;
const probeTimeoutSeconds = 5;

/** One look: what was seen, and what of it is new and to be kept. */
export interface Look {
  readonly observation: Observation;
  readonly samples: readonly Sample[];
  readonly sketches: readonly SketchSample[];
}

interface Context {
  readonly deps: LookDeps;
  readonly environment: Environment;
  readonly sources: EnvironmentSources;
  readonly memory: EnvironmentMemory;
  readonly at: Temporal.Instant;
  readonly signal: AbortSignal | undefined;
}

function optionsFor(context: Context, collector: CollectorReport['collector']) {
  return { collector, clock: context.deps.clock, deadlineSeconds, signal: context.signal };
}

function lookFor(context: Context, signal: AbortSignal) {
  return { environment: context.environment.name, memory: context.memory, at: context.at, signal };
}

/** The database first: its locks tell which tables the indicators had better not wait for. */
async function lookAtDatabase(context: Context) {
  const { database } = context.sources;
  const { statementTimeoutSeconds } = context.environment.thresholds;
  const databaseLook = (signal: AbortSignal, from: NonNullable<typeof database>): DatabaseLook => ({
    ...lookFor(context, signal),
    database: from,
    statementTimeoutSeconds,
  });
  const seen = await isolate(
    optionsFor(context, 'database'),
    database && ((signal) => collectDatabase(databaseLook(signal, database))),
  );
  const indicators = await isolate(
    optionsFor(context, 'indicators'),
    database && ((signal) => collectIndicators(databaseLook(signal, database), seen.result?.locks)),
  );
  return { seen, indicators };
}

function lookAtEndpoint(context: Context, component: 'web' | 'gevent') {
  const { web: probe, canProbeGevent } = context.sources;
  const isProbed = component === 'web' || (canProbeGevent && context.environment.workers.gevent > 0);
  return isolate(
    optionsFor(context, component),
    probe === undefined || !isProbed
      ? undefined
      : async (signal) => ({
          result: await collectEndpoint({
            ...lookFor(context, signal),
            probe,
            component,
            timeoutSeconds: probeTimeoutSeconds,
          }),
        }),
  );
}

function lookAtMachine(context: Context) {
  const { log, filestore, host, database, rpc } = context.sources;
  const { thresholds, odoo } = context.environment;
  const isRpcUsed = database === undefined && rpc !== undefined;
  return Promise.all([
    isolate(
      optionsFor(context, 'requests'),
      log &&
        ((signal) =>
          collectRequests({
            ...lookFor(context, signal),
            log,
            odooDatabase: odoo.database,
            collectEverySeconds: thresholds.collectEverySeconds,
          })),
    ),
    isolate(
      optionsFor(context, 'filestore'),
      filestore && ((signal) => collectFilestore(lookFor(context, signal), filestore)),
    ),
    isolate(optionsFor(context, 'host'), host && ((signal) => collectHost(lookFor(context, signal), host))),
    isolate(
      optionsFor(context, 'rpc'),
      isRpcUsed
        ? (signal) => collectThroughRpc({ ...lookFor(context, signal), rpc, timeoutSeconds: probeTimeoutSeconds })
        : undefined,
    ),
  ]);
}

/** What stands around Odoo. */
function lookAtEdges(context: Context) {
  const { redis, ingress } = context.sources;
  const edgeLook = (signal: AbortSignal) => ({ ...lookFor(context, signal), timeoutSeconds: probeTimeoutSeconds });
  return Promise.all([
    isolate(optionsFor(context, 'redis'), redis && ((signal) => collectRedis(edgeLook(signal), redis))),
    isolate(optionsFor(context, 'ingress'), ingress && ((signal) => collectIngress(edgeLook(signal), ingress))),
  ]);
}

function selfSamples(context: Context, reports: readonly CollectorReport[], seconds: number): readonly Sample[] {
  const base = { environment: context.environment.name, at: context.at };
  const about = reports
    .filter((report) => report.outcome !== 'absent')
    .flatMap(({ collector, outcome, durationSeconds }): readonly Sample[] => [
      { ...base, metric: 'plimsoll_collector_up', labels: { collector }, value: outcome === 'failed' ? 0 : 1 },
      { ...base, metric: 'plimsoll_collector_seconds', labels: { collector }, value: durationSeconds },
    ]);
  const down = (['database', 'redis'] as const).filter((name) =>
    reports.some(({ collector, outcome }) => collector === name && outcome === 'failed'),
  );
  return [
    ...about,
    ...down.map((name) => ({ ...base, metric: name === 'redis' ? 'redis_up' : 'postgres_up', labels: {}, value: 0 })),
    { ...base, metric: 'plimsoll_observation_seconds', labels: {}, value: seconds },
  ];
}

const resultOf = <Result>(isolated: Isolated<Result>): readonly Result[] =>
  isolated.result === undefined ? [] : [isolated.result];

/** What was seen of how the environment is made; what a collector did not see is simply not there. */
function makeUpOf(
  identity: DatabaseIdentity | undefined,
  components: Readonly<Record<string, Temporal.Instant>> | undefined,
  postgres: Temporal.Instant | undefined,
): MakeUp {
  return {
    odooVersion: identity?.odooVersion,
    modules: identity && [...identity.modules],
    startedAt: { ...components, ...(postgres === undefined ? {} : { postgres }) },
  };
}

/** Takes one look at an environment, in bounded time. Throws only when `signal` is aborted. */
export async function lookAt(deps: LookDeps, environment: Environment, signal?: AbortSignal): Promise<Look> {
  const at = deps.clock.now();
  const memory = deps.memory.of(environment.name);
  const context: Context = { deps, environment, sources: deps.sources(environment), memory, at, signal };
  const [web, gevent, { seen, indicators }, [requests, filestore, host, rpc], [redis, ingress]] = await Promise.all([
    lookAtEndpoint(context, 'web'),
    lookAtEndpoint(context, 'gevent'),
    lookAtDatabase(context),
    lookAtMachine(context),
    lookAtEdges(context),
  ]);
  const endpoints = [...resultOf(web), ...resultOf(gevent)];
  for (const { endpoint, samples } of endpoints) {
    memory.answers.set(`endpoint ${endpoint.component}`, { at, everySeconds: 0, samples });
  }
  const collectors = [web, gevent, seen, indicators, requests, filestore, host, rpc, redis, ingress].map(
    ({ report }) => report,
  );
  const samples = [
    ...endpoints.flatMap((endpoint) => endpoint.samples),
    ...(seen.result?.samples ?? []),
    ...(indicators.result?.samples ?? []),
    ...(requests.result?.samples ?? []),
    ...(filestore.result ?? []),
    ...(host.result?.samples ?? []),
    ...(rpc.result ?? []),
    ...(redis.result?.samples ?? []),
    ...(ingress.result?.samples ?? []),
    ...selfSamples(context, collectors, deps.clock.now().since(at).total('seconds')),
  ];
  return {
    samples,
    sketches: requests.result?.sketches ?? [],
    observation: {
      environment: environment.name,
      at,
      collectors,
      samples: currentSamples(memory, at, environment.thresholds),
      endpoints: endpoints.map(({ endpoint }) => endpoint),
      locks: seen.result?.locks,
      crons: indicators.result?.crons ?? [],
      latencies: requests.result?.latencies ?? [],
      processes: host.result?.processes,
      unreadTables: indicators.result?.unreadTables ?? [],
      unreadIndicators: indicators.result?.unreadIndicators ?? [],
      makeUp: makeUpOf(indicators.result?.identity, host.result?.startedAt, seen.result?.startedAt),
      redis: redis.result?.fact,
      ingress: ingress.result?.reading,
    },
  };
}
