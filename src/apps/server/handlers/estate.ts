import { roles } from '../../../core/access/index.ts';
import { coverageOf } from '../../../core/coverage/index.ts';
import { Fault } from '../../../core/kernel/index.ts';
import { actorOf } from '../authorize.ts';
import { findEnvironment } from '../find-environment.ts';
import type { HandlerGroup } from '../handler.ts';
import { Refused } from '../problem.ts';
import { calendarAround, ofSites, summarise } from '../views/environments.ts';
import { readKnownOf } from '../views/known.ts';
import { createKnownEstate } from '../views/known-estate.ts';
import { createVerifiedCount, overviewOf } from '../views/overview.ts';
import { servicesOf } from '../views/services.ts';
import { createSummaries } from '../views/summaries.ts';
import { timelineOf } from '../views/timeline.ts';

type Names =
  | 'getMe'
  | 'getOverview'
  | 'listEnvironments'
  | 'getEnvironment'
  | 'getTimeline'
  | 'changeLifecycle'
  | 'listServices'
  | 'listCalendar'
  | 'listDiagnostics'
  | 'getCoverage'
  | 'getGraph';

const longestCalendarDays = 400;

/** The estate: what is declared, how it fares, and its lifecycle. */
export const estateHandlers: HandlerGroup<Names> = (deps) => {
  const knownEstate = createKnownEstate(deps);
  const summariesOf = createSummaries(deps);
  const verifiedCount = createVerifiedCount();
  return {
    ...environmentHandlers(deps),
    getOverview: async () => {
      const known = await knownEstate();
      return overviewOf(deps, summariesOf(known), verifiedCount(known.estate, known.drills, deps.clock.now()));
    },
    listServices: async ({ query }) => ({
      items: await servicesOf(deps, query.environment, (await knownEstate()).known.health),
    }),
    listEnvironments: async () => ({ items: [...summariesOf(await knownEstate())] }),
  };
};

const environmentHandlers: HandlerGroup<Exclude<Names, 'getOverview' | 'listEnvironments' | 'listServices'>> = (
  deps,
) => ({
  getMe: async ({ caller }) => {
    if (caller.role === 'anonymous') throw new Fault('SIGN_IN_REQUIRED', 'This needs a session or an API token.');
    const { kind, name, role, mustEnrolSecondFactor } = caller;
    return { kind, name, role, permissions: [...roles[role]], mustEnrolSecondFactor };
  },
  getEnvironment: async ({ params }) => {
    const now = deps.clock.now();
    const environment = findEnvironment(deps, params.name);
    const around = calendarAround(deps, deps.estate().estate, now);
    const known = await readKnownOf(deps, environment, now);
    const summary = summarise(environment, known, ofSites(around, environment), now);
    const ahead = ofSites(around, environment).filter(({ at, until }) => (until ?? at) >= now.toString());
    return {
      ...summary,
      database: environment.odoo.database,
      modules: [...environment.odoo.modules],
      workers: { ...environment.workers },
      thresholds: { ...environment.thresholds },
      services: await servicesOf(deps, environment.name, known.health),
      calendar: ahead.slice(0, 100),
    };
  },
  getTimeline: async ({ params, query }) => ({
    items: await timelineOf(deps, findEnvironment(deps, params.name), query.limit),
  }),
  changeLifecycle: async ({ params, body, caller }) => {
    const environment = findEnvironment(deps, params.name);
    const answer = await deps.changeLifecycle({ environment: environment.name, ...body, actor: actorOf(caller) });
    if (answer.kind === 'refused') throw new Refused(answer);
    return { environment: environment.name, state: answer.state };
  },
  listCalendar: async ({ query }) => {
    const [from, to] = [Temporal.Instant.from(query.from), Temporal.Instant.from(query.to)];
    const days = from.until(to).total({ unit: 'hours' }) / 24;
    if (days < 0 || days > longestCalendarDays) {
      throw new Fault('REQUEST_INVALID', `from and to: at most ${longestCalendarDays} days, from before to.`);
    }
    const items = deps.planning.occurrences(deps.estate().estate, from, to);
    return { items: items.filter((each) => query.site === undefined || each.site === query.site) };
  },
  getCoverage: async () => ({
    items: coverageOf(deps.estate().estate).map((item) => ({
      ...item,
      by: item.by.map((each) => ({ ...each })),
      lacks: item.lacks.map((each) => ({ ...each })),
    })),
  }),
  listDiagnostics: async () => ({ items: deps.estate().diagnostics.map((diagnostic) => ({ ...diagnostic })) }),
  getGraph: async ({ query }) => {
    const answer = deps.planning.graph(deps.estate().estate, query.element, query.direction);
    if (answer === undefined) throw new Fault('NOT_FOUND', `The estate has no element ${query.element}.`);
    return answer;
  },
});
