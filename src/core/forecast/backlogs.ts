import {
  type BacklogKind,
  backlogKindOf,
  type Environment,
  type Estate,
  nextOccurrence,
  type Occurrence,
  type Site,
} from '../estate/index.ts';

/** A backlog that has to be clear at a time: of a service, at a site, in an environment. */
export interface DeadlineBacklog {
  readonly environment: string;
  readonly service: string;
  readonly site: Site;
  /** What it is made of. */
  readonly kind: BacklogKind;
  readonly cutOff: Occurrence;
}

/** Cut-offs further ahead are another day's work. */
const aheadSeconds = 24 * 3_600;

function nextOf(site: Site, service: Estate['services'][number], now: Temporal.Instant): Occurrence | undefined {
  const named = service.objectives.flatMap(({ backlog }) => backlog?.clearBefore ?? []);
  const next = nextOccurrence(
    [site],
    now,
    (event) => named.includes(event.name) || (event.kind === 'cut-off' && event.service === service.name),
  );
  return next === undefined || next.at.since(now).total('seconds') > aheadSeconds ? undefined : next;
}

type NextOf = (site: Site, service: Estate['services'][number]) => Occurrence | undefined;

function ofEnvironment(environment: Environment, estate: Pick<Estate, 'services'>, next: NextOf) {
  const services = estate.services.filter((service) => service.environments.includes(environment.name));
  return services.flatMap((service) => {
    const kind = backlogKindOf(service);
    if (kind === undefined) return [];
    return environment.sites.flatMap((site): readonly DeadlineBacklog[] => {
      const cutOff = next(site, service);
      return cutOff === undefined ? [] : [{ environment: environment.name, service: service.name, site, kind, cutOff }];
    });
  });
}

/** Every backlog that has to be clear within a day, against its next cut-off. */
export function backlogsWithDeadline(
  estate: Pick<Estate, 'environments' | 'services'>,
  now: Temporal.Instant,
): readonly DeadlineBacklog[] {
  // A thousand environments share some sites: each calendar is asked once for each service.
  const known = new Map<string, Occurrence | undefined>();
  const next: NextOf = (site, service) => {
    const key = `${site.name}/${service.name}`;
    if (!known.has(key)) known.set(key, nextOf(site, service, now));
    return known.get(key);
  };
  return estate.environments.flatMap((environment) => ofEnvironment(environment, estate, next));
}

/** Whether the work of a warehouse counts for a site: one it declares, or, where it declares none, one that no other does. */
export function countsFor(sites: readonly Site[], site: Site, warehouse: string): boolean {
  if (site.warehouses !== undefined) return site.warehouses.includes(warehouse);
  const rest = sites.find(({ warehouses }) => warehouses === undefined);
  return rest?.name === site.name && !sites.some(({ warehouses }) => warehouses?.includes(warehouse) === true);
}
