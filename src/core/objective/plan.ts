import {
  type BusinessCommitment,
  type BusinessService,
  backlogKindOf,
  type DeclaredWindow,
  type Environment,
  type Estate,
  type LatencyLimit,
  type ServiceObjective,
  type Site,
} from '../estate/index.ts';
import { formatDuration, formatPercent, type Ratio, type Seconds } from '../kernel/index.ts';
import { transactionClasses } from '../observe/index.ts';
import type { ObjectiveSpec, Signal } from './spec.ts';
import { type WindowSpec, windowName, windowSecondsOf } from './window.ts';

const defaultWindowSeconds: Seconds = 30 * 86_400;
/** One day in twenty may end with something left where the promise says nothing else. */
const defaultOnTimeRatio: Ratio = 0.95;

interface Place {
  readonly estate: Estate;
  readonly environment: Environment;
  readonly service: BusinessService;
}

/** What is promised, before it has a key; several may come of one declared entry. */
type Draft = Pick<ObjectiveSpec, 'kind' | 'targetRatio' | 'latency' | 'signal' | 'everySeconds'> & {
  readonly name: string;
  readonly words: string;
};

/** Looks are told apart by the minute. */
const lookEverySeconds = ({ thresholds }: Environment): Seconds => Math.max(60, thresholds.collectEverySeconds);

function classOf({ name, process }: BusinessService): string | undefined {
  return transactionClasses.find((each) => each === process) ?? transactionClasses.find((each) => each === name);
}

const nothingMeasures = (service: string): Signal => ({
  kind: 'none',
  why: `Nothing measures ${service}: declare a \`journey\`, or name a \`process\` whose requests can be told apart.`,
});

function availabilityOf({ service, environment }: Place, targetRatio: Ratio): Draft {
  const requestClass = classOf(service);
  const { journeyEverySeconds } = environment.thresholds;
  const common = { kind: 'availability', name: 'availability', targetRatio, latency: undefined } as const;
  const words = `${formatPercent(targetRatio)} available`;
  if (service.journey !== undefined) {
    const signal: Signal = { kind: 'journey', journey: service.journey, limitSeconds: undefined };
    return { ...common, words, signal, everySeconds: journeyEverySeconds };
  }
  const signal: Signal =
    requestClass === undefined
      ? nothingMeasures(service.name)
      : { kind: 'requests', class: requestClass, limitSeconds: undefined };
  return { ...common, words, signal, everySeconds: lookEverySeconds(environment) };
}

function latencyOf({ service, environment }: Place, { percentileRatio, seconds }: LatencyLimit): Draft {
  const requestClass = classOf(service);
  const percentile = `p${Number((percentileRatio * 100).toFixed(2))}`;
  const common = { kind: 'latency', name: `latency-${percentile}`, targetRatio: percentileRatio } as const;
  const words = `${percentile} within ${formatDuration(seconds)}`;
  const latency = { percentileRatio, seconds };
  if (requestClass !== undefined) {
    const signal: Signal = { kind: 'requests', class: requestClass, limitSeconds: seconds };
    return { ...common, words, latency, signal, everySeconds: lookEverySeconds(environment) };
  }
  const { journey } = service;
  if (journey === undefined)
    return { ...common, words, latency, signal: nothingMeasures(service.name), everySeconds: undefined };
  const signal: Signal = { kind: 'journey', journey, limitSeconds: seconds };
  return { ...common, words, latency, signal, everySeconds: environment.thresholds.journeyEverySeconds };
}

/** Where a site declares its warehouses, only their work counts for its cut-offs. */
function siteWith(event: string, sites: readonly Site[]): Site | undefined {
  return sites.find(({ calendar }) => calendar.some(({ name }) => name === event));
}

function cutOffSignal(service: BusinessService, { name, sites }: Environment, clearBefore: string): Signal {
  const work = backlogKindOf(service);
  if (work === undefined) {
    return { kind: 'none', why: `Plimsoll counts no backlog of ${service.name}: name a \`process\` that has one.` };
  }
  const site = siteWith(clearBefore, sites);
  if (site === undefined) return { kind: 'none', why: `No site of ${name} has ${clearBefore} in its calendar.` };
  return { kind: 'cut-off', event: clearBefore, site: site.name, warehouses: site.warehouses, work };
}

function backlogOf(
  { environment, service }: Place,
  { clearBefore, onTimeRatio }: NonNullable<ServiceObjective['backlog']>,
): Draft {
  const targetRatio = onTimeRatio ?? defaultOnTimeRatio;
  const signal = cutOffSignal(service, environment, clearBefore);
  const words = `nothing late at ${clearBefore} in ${formatPercent(targetRatio)}`;
  return {
    ...{ kind: 'backlog', name: `backlog-${clearBefore}`, targetRatio, latency: undefined, words, signal },
    everySeconds: lookEverySeconds(environment),
  };
}

function integrationOf(
  { environment }: Place,
  { name, successRatio, carrierType }: NonNullable<ServiceObjective['integration']>,
): Draft {
  return {
    ...{ kind: 'integration', name: `integration-${name}`, targetRatio: successRatio, latency: undefined },
    words: `${formatPercent(successRatio)} of exchanges with ${name} succeed`,
    signal: { kind: 'shipments', carrierType },
    everySeconds: lookEverySeconds(environment),
  };
}

const isUsed = ({ estate, environment }: Place, integration: string): boolean =>
  estate.integrations.some(({ name, environments }) => name === integration && environments.includes(environment.name));

type Promised = Partial<
  Pick<ServiceObjective, 'availabilityRatio' | 'latency' | 'backlog' | 'integration' | 'prometheus'>
>;

/** Where counters are named, they are what is judged; there must be a Prometheus to ask for them. */
function withCounters({ environment }: Place, { prometheus }: Promised, draft: Draft): Draft {
  if (prometheus === undefined) return draft;
  const signal: Signal =
    environment.connect.prometheus === undefined
      ? { kind: 'none', why: `${environment.name} names no Prometheus: declare \`connect: { prometheus: { url } }\`.` }
      : { kind: 'prometheus', ...prometheus };
  return { ...draft, signal, everySeconds: promEverySeconds };
}

/** Scrapes are a minute apart at most, as a rule. */
const promEverySeconds: Seconds = 60;

function draftsOf(place: Place, promised: Promised): readonly Draft[] {
  const { availabilityRatio, latency, backlog, integration } = promised;
  const drafts = [
    ...(availabilityRatio === undefined ? [] : [availabilityOf(place, availabilityRatio)]),
    ...(latency === undefined ? [] : [latencyOf(place, latency)]),
    ...(backlog === undefined ? [] : [backlogOf(place, backlog)]),
    ...(integration === undefined || !isUsed(place, integration.name) ? [] : [integrationOf(place, integration)]),
  ];
  return drafts.map((draft) => withCounters(place, promised, draft));
}

function windowOf(declared: DeclaredWindow | undefined, { environment }: Place): WindowSpec {
  if (declared === undefined || typeof declared === 'number') {
    return { kind: 'rolling', seconds: declared ?? defaultWindowSeconds };
  }
  return { kind: 'calendar', period: declared, timezone: environment.sites[0]?.timezone ?? 'UTC' };
}

function specsOf(
  place: Place,
  promised: Promised & Pick<ServiceObjective, 'window' | 'exclude'>,
  commitment: BusinessCommitment | undefined,
): readonly ObjectiveSpec[] {
  const window = windowOf(promised.window, place);
  const prefix = commitment === undefined ? '' : `${commitment.name}.`;
  return draftsOf(place, promised).map(({ name, words, ...draft }) => ({
    ...draft,
    key: `${place.environment.name}.${place.service.name}.${prefix}${name}-${windowName(window)}`,
    environment: place.environment.name,
    service: place.service.name,
    promise: `${words} over ${window.kind === 'rolling' ? windowName(window) : `the ${window.period}`}`,
    commitment: commitment?.name ?? null,
    window,
    windowSeconds: windowSecondsOf(window),
    exclude: promised.exclude,
  }));
}

/** The same promise twice gets a number, so that a key names one. */
function withOwnKeys(specs: readonly ObjectiveSpec[]): readonly ObjectiveSpec[] {
  const seen = new Map<string, number>();
  return specs.map((spec) => {
    const count = (seen.get(spec.key) ?? 0) + 1;
    seen.set(spec.key, count);
    return count === 1 ? spec : { ...spec, key: `${spec.key}-${count}` };
  });
}

/** Everything that is promised about an environment: our objectives, and commitments to its customer (SLO-01, SLO-09). */
export function objectivesOf(estate: Estate, environment: Environment): readonly ObjectiveSpec[] {
  const services = estate.services.filter(({ environments }) => environments.includes(environment.name));
  return withOwnKeys(
    services.flatMap((service) => {
      const place = { estate, environment, service };
      const commitments = estate.commitments.filter(
        (each) => each.service === service.name && (each.tenant === undefined || each.tenant === environment.tenant),
      );
      return [
        ...service.objectives.flatMap((objective) => specsOf(place, objective, undefined)),
        ...commitments.flatMap((each) => specsOf(place, { ...each, ...each.promise }, each)),
      ];
    }),
  );
}
