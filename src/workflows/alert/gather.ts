import {
  type AlertSignal,
  cutOffTitle,
  type Exposure,
  operationTheme,
  signalsFromAlertmanager,
  signalsFromFindings,
  signalsFromForecasts,
  signalsFromVerdicts,
} from '../../core/alert/index.ts';
import { type Environment, type Estate, nextCutOff } from '../../core/estate/index.ts';
import type { BacklogForecast } from '../../core/forecast/index.ts';
import { type Sample, siteBacklogs } from '../../core/observe/index.ts';
import type { Store } from '../../ports/store.ts';
import type { AlertDeps } from './dependencies.ts';

/** An Alertmanager repeats itself each four hours by default; one that has been silent for longer has forgotten. */
const externalHeardHours = 9;
const mostFindings = 5_000;
/** During an outage nobody can count: what was last counted this long ago still tells what waits. */
const countedHours = 2;
/** A forecast that nobody has renewed is no forecast. */
const forecastFreshSeconds = 600;

/** Everything that signals now. */
export async function gatherSignals(
  store: Store,
  estate: Estate,
  now: Temporal.Instant,
): Promise<readonly AlertSignal[]> {
  const findings = await store.findings.list({ includeClosed: false, limit: mostFindings });
  const external = await store.alerts.external(now.subtract({ hours: externalHeardHours }));
  const forecasts = await store.alerts.forecasts();
  const verdicts = await store.objectives.list();
  return [
    ...signalsFromFindings(findings, estate),
    ...signalsFromForecasts(forecasts.flatMap((each) => factOf(each, now))),
    ...signalsFromAlertmanager(external),
    ...signalsFromVerdicts(verdicts),
  ];
}

function factOf(forecast: BacklogForecast, now: Temporal.Instant) {
  const { said, cutOff, site, siteTitle, judgedAt } = forecast;
  const isOver = Temporal.Instant.compare(cutOff.at, now) <= 0;
  if (said === null || isOver || now.since(judgedAt).total('seconds') > forecastFreshSeconds) return [];
  const deadline = { name: cutOff.title, site, siteTitle, at: cutOff.at, timezone: cutOff.timezone };
  const growthPerHour = said.arrivalsPerHour - said.drainPerHour;
  return [{ ...said, environment: forecast.environment, service: forecast.service, deadline, growthPerHour }];
}

/** Only what leaves is late for a lorry. Counts that do not tell a direction count as they are. */
const leaves = ({ labels }: Sample): boolean => (labels['direction'] ?? 'outgoing') === 'outgoing';

function exposuresFrom(
  environment: Environment,
  samples: readonly Sample[],
  now: Temporal.Instant,
): readonly Exposure[] {
  const next = environment.sites.flatMap((site) => nextCutOff([site], now) ?? []);
  const cutOffs = next.map(({ event, at }) => ({ site: event.site, at }));
  const backlogs = siteBacklogs(environment.sites, samples.filter(leaves), cutOffs, now);
  const newest = samples
    .filter(({ metric }) => metric === 'odoo_picking_backlog_count')
    .map(({ at }) => at)
    .toSorted(Temporal.Instant.compare)
    .at(-1);
  return next.flatMap(({ event, at }): readonly Exposure[] => {
    const site = environment.sites.find(({ name }) => name === event.site);
    const backlog = backlogs.find((each) => each.site === event.site);
    // What no count is made for is not told as work at risk.
    if (site === undefined || backlog === undefined || backlog.notCounted !== null) return [];
    const { dueBeforeNextCutOffCount: due, lateCount: late, openCount: open } = backlog;
    return [
      {
        environment: environment.name,
        deadline: {
          name: cutOffTitle(event.name, event.title),
          ...{ site: site.name, siteTitle: site.title ?? site.name, at, timezone: site.timezone },
        },
        items: due === null || late === null ? open : due + late,
        measuredAt: newest ?? null,
      },
    ];
  });
}

/** What waits for a cut-off in the environments that something is wrong with; the others are not asked. */
export async function gatherExposures(
  deps: Pick<AlertDeps, 'samples'>,
  estate: Estate,
  signals: readonly AlertSignal[],
  now: Temporal.Instant,
): Promise<readonly Exposure[]> {
  const broken = new Set(
    signals
      .filter(({ theme, class: own }) => theme === operationTheme || own === 'interrupted')
      .map(({ environment }) => environment),
  );
  const exposures = await Promise.all(
    estate.environments
      .filter(({ name, sites }) => broken.has(name) && sites.length > 0)
      .map(async (environment) =>
        exposuresFrom(
          environment,
          await deps.samples.latest(environment.name, now.subtract({ hours: countedHours })),
          now,
        ),
      ),
  );
  return exposures.flat();
}
