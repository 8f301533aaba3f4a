import { type Environment, occurrences } from '../estate/index.ts';

/** How far ahead a new environment has work. */
const horizon = { hours: 96 } as const;
/** Nobody can ship within this: a cut-off that is nearer gets no seeded order. */
const leastLead = { hours: 2 } as const;
const most = 8;

/** How many orders a new environment starts with. */
export const seededOrders = 60;

/** When a new environment's orders are due: at the next cut-offs of its sites, or spread over two days where there are none. */
export function seedDeadlines(environment: Environment, now: Temporal.Instant): readonly Temporal.Instant[] {
  const from = now.add(leastLead);
  const cutOffs = environment.sites
    .flatMap((site) => site.calendar)
    .filter((event) => event.kind === 'cut-off')
    .flatMap((event) => occurrences(event, from, now.add(horizon)))
    .map((occurrence) => occurrence.at)
    .toSorted(Temporal.Instant.compare)
    .slice(0, most);
  return cutOffs.length > 0 ? cutOffs : [6, 12, 30, 54].map((hours) => now.add({ hours }));
}
