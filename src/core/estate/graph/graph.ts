import { splitDependency } from '../check/references.ts';
import type { Environment, Estate, Integration } from '../model.ts';
import { footingsOf } from './standing.ts';

/** What stands in the graph: things declared, the components inside environments, and the parties outside. */
export type ElementKind =
  | 'service'
  | 'environment'
  | 'component'
  | 'server'
  | 'provider'
  | 'integration'
  | 'partner'
  | 'site'
  | 'tenant'
  | 'region'
  | 'team';

/** An element by its address, such as `integration/dhl` or `component/acme-prod/postgres`. */
export interface Element {
  readonly id: string;
  readonly kind: ElementKind;
  readonly name: string;
}

/** `from` needs `to`, and why. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

/** The dependencies of an estate: who needs whom (EST-07). */
export interface DependencyGraph {
  readonly elements: ReadonlyMap<string, Element>;
  /** Edges by the element that needs. */
  readonly needs: ReadonlyMap<string, readonly Edge[]>;
  /** Edges by the element that is needed. */
  readonly neededBy: ReadonlyMap<string, readonly Edge[]>;
}

interface Builder {
  has(id: string): boolean;
  add(kind: ElementKind, name: string): string;
  connect(from: string, to: string, why: string): void;
}

/** Builds the dependency graph of an estate. */
export function buildGraph(estate: Estate): DependencyGraph {
  const elements = new Map<string, Element>();
  const edges = new Map<string, Edge>();
  const builder: Builder = {
    has: (id) => elements.has(id),
    add: (kind, name) => {
      const id = `${kind}/${name}`;
      elements.set(id, { id, kind, name });
      return id;
    },
    connect: (from, to, why) => {
      if (!edges.has(`${from} ${to}`)) edges.set(`${from} ${to}`, { from, to, why });
    },
  };
  for (const { name } of estate.regions) builder.add('region', name);
  for (const { name } of estate.teams) builder.add('team', name);
  for (const environment of estate.environments) addEnvironment(builder, environment);
  addServices(builder, estate);
  addIntegrations(builder, estate);
  addSites(builder, estate);
  const list = [...edges.values()];
  return { elements, needs: Map.groupBy(list, ({ from }) => from), neededBy: Map.groupBy(list, ({ to }) => to) };
}

function addEnvironment(builder: Builder, environment: Environment): void {
  const { name, workers, parts, region, tenant, dependsOn } = environment;
  const self = builder.add('environment', name);
  const part = (component: string, why: string): string => {
    const id = builder.add('component', `${name}/${component}`);
    builder.connect(self, id, why);
    return id;
  };
  const postgres = part('postgres', 'its data is there');
  const filestore = part('filestore', 'its attachments are there');
  for (const [worker, count] of Object.entries(workers)) {
    if (count === 0) continue;
    const process = part(worker, `${count} ${worker} ${count === 1 ? 'process' : 'processes'}`);
    builder.connect(process, postgres, 'Odoo keeps everything in it');
    builder.connect(process, filestore, 'Odoo reads attachments from it');
  }
  const shared = {
    redis: 'sessions or queues are in it',
    ingress: 'requests come through it',
    identity: 'people sign in with it',
  };
  for (const [key, why] of Object.entries(shared)) {
    const provision = parts[key as keyof typeof shared];
    if (provision !== undefined) part(key, why);
  }
  for (const { component, kind, name: footing, why } of footingsOf(environment)) {
    const id = `component/${name}/${component}`;
    if (builder.has(id)) builder.connect(id, builder.add(kind, footing), why);
  }
  if (region !== undefined) builder.connect(self, builder.add('region', region), 'it runs there');
  if (tenant !== undefined) builder.connect(builder.add('tenant', tenant), self, 'the tenant works in it');
  for (const other of dependsOn) builder.connect(self, `environment/${other}`, 'declared in dependsOn');
}

function addServices(builder: Builder, { services }: Estate): void {
  for (const service of services) {
    const self = builder.add('service', service.name);
    for (const name of service.environments) builder.connect(self, `environment/${name}`, 'it runs in it');
    if (service.owner !== undefined)
      builder.connect(self, builder.add('team', service.owner), 'the team answers for it');
    for (const name of service.dependsOn) {
      const [kind, rest] = splitDependency(name);
      const prefix = { Integration: 'integration', Environment: 'environment' }[kind as string] ?? 'service';
      builder.connect(self, `${prefix}/${rest}`, 'declared in dependsOn');
    }
  }
}

/** Where nothing says which services use an integration, all services of its environments are taken to: better one too many. */
function addIntegrations(builder: Builder, estate: Estate): void {
  const claimed = new Set(estate.services.flatMap(({ dependsOn }) => dependsOn));
  for (const integration of estate.integrations) {
    addIntegration(builder, integration);
    if (integration.services.length > 0 || claimed.has(`integration/${integration.name}`)) continue;
    for (const service of estate.services) {
      if (!service.environments.some((name) => integration.environments.includes(name))) continue;
      const why = 'assumed: they share an environment, and nothing says which services use it';
      builder.connect(`service/${service.name}`, `integration/${integration.name}`, why);
    }
  }
}

function addIntegration(builder: Builder, integration: Integration): void {
  const self = builder.add('integration', integration.name);
  builder.connect(self, builder.add('partner', integration.partner), `it talks to a party of this kind`);
  for (const name of integration.environments) builder.connect(self, `environment/${name}`, 'it runs from it');
  for (const name of integration.services) builder.connect(`service/${name}`, self, 'declared by the integration');
  if (integration.owner !== undefined) {
    builder.connect(self, builder.add('team', integration.owner), 'the team answers for it');
  }
}

/** A site needs the services of the environments that serve it, and those whose cut-offs are in its calendar. */
function addSites(builder: Builder, estate: Estate): void {
  const byEnvironment = Map.groupBy(
    estate.services.flatMap(({ name, environments }) => environments.map((environment) => ({ environment, name }))),
    ({ environment }) => environment,
  );
  for (const site of estate.sites) {
    const self = builder.add('site', site.name);
    for (const { service, name } of site.calendar) {
      if (service !== undefined) builder.connect(self, `service/${service}`, `its calendar has ${name}`);
    }
  }
  for (const { name, sites } of estate.environments) {
    for (const site of sites) {
      builder.connect(`site/${site.name}`, `environment/${name}`, 'the environment serves it');
      for (const service of byEnvironment.get(name) ?? []) {
        builder.connect(`site/${site.name}`, `service/${service.name}`, `it works with ${name}`);
      }
    }
  }
}
