import { type Environment, occurrences } from '../estate/index.ts';

/** How far ahead a new environment has work. */
const horizon = { hours: 96 } as const;
/** Nobody can ship within this: a cut-off that is nearer gets no seeded order. */
const leastLead = { hours: 2 } as const;
const most = 8;

/** How many orders a new environment starts with. */
export const seededOrders = 60;

/** When seeded orders are due, and at which of Odoo's warehouses: at the first one where it is not said. */
export interface SeedDeadline {
  readonly at: Temporal.Instant;
  /** Its short name. */
  readonly warehouse: string | undefined;
}

/** The short names of the warehouses that an environment's sites name, each once, in their order. */
export function seededWarehouses(environment: Environment): readonly string[] {
  return [...new Set(environment.sites.flatMap((site) => site.warehouses ?? []))];
}

/** When a new environment's orders are due: at the next cut-offs of its sites, or spread over two days where there are none. */
export function seedDeadlines(environment: Environment, now: Temporal.Instant): readonly SeedDeadline[] {
  const from = now.add(leastLead);
  const cutOffs = environment.sites
    .flatMap((site) => site.calendar.map((event) => ({ event, warehouse: site.warehouses?.[0] })))
    .filter(({ event }) => event.kind === 'cut-off')
    .flatMap(({ event, warehouse }) => occurrences(event, from, now.add(horizon)).map(({ at }) => ({ at, warehouse })))
    .toSorted((a, b) => Temporal.Instant.compare(a.at, b.at))
    .slice(0, most);
  if (cutOffs.length > 0) return cutOffs;
  return [6, 12, 30, 54].map((hours) => ({ at: now.add({ hours }), warehouse: undefined }));
}
