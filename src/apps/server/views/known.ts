import type { Environment, LifecycleState } from '../../../core/estate/index.ts';
import { type EnvironmentHealth, oldestCurrent, type Sample } from '../../../core/observe/index.ts';
import type { ServerDeps } from '../deps.ts';

/** What is known of environments, by name: read for many of them at once, however many there are. */
export interface Known {
  readonly health: ReadonlyMap<string, EnvironmentHealth>;
  readonly lifecycle: ReadonlyMap<string, LifecycleState>;
  readonly openFindings: ReadonlyMap<string, number>;
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
}

const backlogMetrics = [
  'odoo_picking_backlog_count',
  'odoo_picking_late_count',
  'odoo_picking_due_count',
  'odoo_warehouse_count',
];

const oldestOf = (environments: readonly Environment[], now: Temporal.Instant): Temporal.Instant =>
  environments.map((each) => oldestCurrent(each, now)).sort(Temporal.Instant.compare)[0] ?? now;

/** All that is known of a whole estate. */
export async function readKnown(
  deps: ServerDeps,
  environments: readonly Environment[],
  now: Temporal.Instant,
): Promise<Known> {
  const [health, lifecycle, openFindings, samples] = await Promise.all([
    deps.store.health.list(),
    deps.store.lifecycle.list(),
    deps.store.findings.openCounts(),
    deps.samples.newestOf(backlogMetrics, oldestOf(environments, now)),
  ]);
  return {
    health: new Map(health.map((each) => [each.environment, each])),
    lifecycle,
    openFindings,
    samples: Map.groupBy(samples, (each) => each.environment),
  };
}

/** What else is known since some environments changed; the parts that concern all of them are read where they changed. */
export async function readChanged(
  deps: ServerDeps,
  before: Known,
  changed: {
    readonly environments: readonly Environment[];
    readonly hasLifecycle: boolean;
    readonly hasFindings: boolean;
  },
  now: Temporal.Instant,
): Promise<Known> {
  const { environments, hasLifecycle, hasFindings } = changed;
  const names = environments.map(({ name }) => name);
  const [health, lifecycle, openFindings, samples] = await Promise.all([
    deps.store.health.list(names),
    hasLifecycle ? deps.store.lifecycle.list() : before.lifecycle,
    hasFindings ? deps.store.findings.openCounts() : before.openFindings,
    deps.samples.newestOf(backlogMetrics, oldestOf(environments, now), names),
  ]);
  const bySample = Map.groupBy(samples, (each) => each.environment);
  return {
    health: new Map([...before.health, ...health.map((each) => [each.environment, each] as const)]),
    lifecycle,
    openFindings,
    samples: new Map([...before.samples, ...names.map((name) => [name, bySample.get(name) ?? []] as const)]),
  };
}

/** The same of a single one, without reading the others. */
export async function readKnownOf(deps: ServerDeps, environment: Environment, now: Temporal.Instant): Promise<Known> {
  const { name } = environment;
  const [health, lifecycle, findings, samples] = await Promise.all([
    deps.store.health.get(name),
    deps.store.lifecycle.get(name),
    deps.store.findings.list({ environment: name, includeClosed: false, limit: 1_000 }),
    deps.samples.latest(name, oldestCurrent(environment, now)),
  ]);
  return {
    health: new Map(health === undefined ? [] : [[name, health]]),
    lifecycle: new Map(lifecycle === undefined ? [] : [[name, lifecycle]]),
    openFindings: new Map([[name, findings.length]]),
    samples: new Map([[name, samples]]),
  };
}
