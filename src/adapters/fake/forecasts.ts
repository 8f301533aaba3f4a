import { cutOffTitle } from '../../core/alert/index.ts';
import type { Estate } from '../../core/estate/index.ts';
import { type BacklogForecast, backlogsWithDeadline, type LiveForecast } from '../../core/forecast/index.ts';
import type { Scenario } from './scenarios.ts';

function saidOf(scenario: Scenario, site: string, now: Temporal.Instant): LiveForecast | null {
  // Nobody counts in Savannah, so that what is not known can be seen too.
  if (site === 'savannah-dc' || scenario === 'stale') return null;
  const isLate = site === 'rotterdam-dc' && (scenario === 'troubled' || scenario === 'busy');
  const common = { countedAt: now.subtract({ seconds: 40 }), intervals: 96 };
  return isLate
    ? {
        ...common,
        probabilityClears: 0.04,
        expectedLeft: 114,
        backlog: 214,
        arrivalsPerHour: 152,
        drainPerHour: 98,
        warns: true,
        warnsSince: now.subtract({ minutes: 18 }),
      }
    : {
        ...common,
        probabilityClears: 0.97,
        expectedLeft: 0.2,
        backlog: 61,
        arrivalsPerHour: 54,
        drainPerHour: 92,
        warns: false,
        warnsSince: null,
      };
}

/** What is said of each made-up backlog: Rotterdam has too much on a busy day, the others keep up. */
export function fakeForecasts(estate: Estate, scenario: Scenario, now: Temporal.Instant): readonly BacklogForecast[] {
  return backlogsWithDeadline(estate, now).map(({ environment, service, site, cutOff }) => ({
    ...{ environment, service, site: site.name, siteTitle: site.title ?? site.name, judgedAt: now },
    cutOff: {
      name: cutOff.event.name,
      title: cutOffTitle(cutOff.event.name, cutOff.event.title),
      at: cutOff.at,
      timezone: site.timezone,
    },
    said: saidOf(scenario, site.name, now),
  }));
}
