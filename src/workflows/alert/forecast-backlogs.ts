import { cutOffTitle } from '../../core/alert/index.ts';
import {
  type BacklogCount,
  type BacklogForecast,
  type BacklogPoint,
  backlogMetrics,
  backlogsWithDeadline,
  countsFor,
  type DeadlineBacklog,
  dayBeginsAt,
  forecastNow,
  pointsFromCounts,
} from '../../core/forecast/index.ts';
import type { Series } from '../../ports/sample-store.ts';
import type { AlertDeps } from './dependencies.ts';

const stepSeconds = 300;
/** Days from which the shape of a day is learnt. */
const learntDays = 14;
const relearnSeconds = 3_600;

/** What was learnt of earlier days; learnt anew each hour, because it is much and changes little. */
export interface ForecastMemory {
  readonly earlier: Map<
    string,
    { readonly until: Temporal.Instant; readonly learntAt: Temporal.Instant; readonly points: readonly BacklogPoint[] }
  >;
}

/** Nothing learnt yet. */
export function createForecastMemory(): ForecastMemory {
  return { earlier: new Map() };
}

type Wanted = Pick<DeadlineBacklog, 'environment' | 'kind' | 'site'> & {
  readonly isCounted: (warehouse: string) => boolean;
};

function sumByStep(series: readonly Series[], { kind, isCounted }: Wanted): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  for (const { labels, points } of series) {
    if (backlogMetrics[kind].isByWarehouse && !isCounted(labels['warehouse'] ?? '')) continue;
    for (const { at, last } of points) sums.set(at.epochMilliseconds, (sums.get(at.epochMilliseconds) ?? 0) + last);
  }
  return sums;
}

async function countsBetween(
  deps: Pick<AlertDeps, 'samples'>,
  wanted: Wanted,
  from: Temporal.Instant,
  to: Temporal.Instant,
): Promise<readonly BacklogCount[]> {
  const { labels, ...metrics } = backlogMetrics[wanted.kind];
  const ask = async (metric: string) =>
    sumByStep(
      await deps.samples.range({ environment: wanted.environment, metric, labels, from, to, stepSeconds }),
      wanted,
    );
  const open = await ask(metrics.open);
  const created = await ask(metrics.createdToday);
  const done = metrics.doneToday === undefined ? undefined : await ask(metrics.doneToday);
  return [...created.keys()]
    .toSorted((a, b) => a - b)
    .flatMap((at): readonly BacklogCount[] => {
      const left = open.get(at);
      if (left === undefined) return [];
      const doneToday = done === undefined ? undefined : (done.get(at) ?? 0);
      return [{ atSeconds: at / 1_000, open: left, createdToday: created.get(at) ?? 0, doneToday }];
    });
}

async function earlierPoints(
  deps: AlertDeps,
  memory: ForecastMemory,
  wanted: Wanted,
  until: Temporal.Instant,
  now: Temporal.Instant,
): Promise<readonly BacklogPoint[]> {
  const key = `${wanted.environment} ${wanted.kind} ${wanted.site.name}`;
  const known = memory.earlier.get(key);
  const isFresh = known?.until.equals(until) === true && now.since(known.learntAt).total('seconds') < relearnSeconds;
  if (isFresh) return known.points;
  const counts = await countsBetween(deps, wanted, until.subtract({ hours: learntDays * 24 }), until);
  const points = pointsFromCounts(counts);
  memory.earlier.set(key, { until, learntAt: now, points });
  return points;
}

/**
 * Steps are named by their start, and their last count was taken later in them: as late in each as now is in the newest.
 * Cutting only the newest short would put all that it counted into the seconds that it has lasted.
 */
function asCounted(points: readonly BacklogPoint[], now: Temporal.Instant): readonly BacklogPoint[] {
  const newest = points.at(-1)?.atSeconds ?? 0;
  const intoStep = Math.max(0, Math.min(stepSeconds, now.epochMilliseconds / 1_000 - newest));
  return points.map((point) => ({ ...point, atSeconds: point.atSeconds + intoStep }));
}

async function forecastOne(
  deps: AlertDeps,
  memory: ForecastMemory,
  { environment, service, site, kind, cutOff }: DeadlineBacklog,
  now: Temporal.Instant,
): Promise<BacklogForecast> {
  const sites = deps.estate().environments.find(({ name }) => name === environment)?.sites ?? [];
  const wanted: Wanted = { environment, kind, site, isCounted: (code) => countsFor(sites, site, code) };
  const dayBegins = dayBeginsAt(cutOff.at, site.timezone);
  const earlier = await earlierPoints(deps, memory, wanted, dayBegins, now);
  const today = pointsFromCounts(await countsBetween(deps, wanted, dayBegins, now.add({ seconds: 1 })));
  const points = asCounted([...earlier, ...today], now);
  return {
    ...{ environment, service, site: site.name, siteTitle: site.title ?? site.name },
    cutOff: {
      name: cutOff.event.name,
      title: cutOffTitle(cutOff.event.name, cutOff.event.title),
      at: cutOff.at,
      timezone: site.timezone,
    },
    said: forecastNow(points, cutOff.at, site.timezone, now) ?? null,
    judgedAt: now,
  };
}

/** Forecasts every backlog that has to be clear within a day, and keeps what is said (SLO-08). */
export async function forecastBacklogs(deps: AlertDeps, memory: ForecastMemory): Promise<readonly BacklogForecast[]> {
  const now = deps.clock.now();
  const forecasts: BacklogForecast[] = [];
  for (const backlog of backlogsWithDeadline(deps.estate(), now)) {
    forecasts.push(await forecastOne(deps, memory, backlog, now));
  }
  await deps.store.transaction(async (store) => {
    await store.alerts.putForecasts(forecasts);
    await store.alerts.dropForecastsExcept(forecasts);
  });
  return forecasts;
}
