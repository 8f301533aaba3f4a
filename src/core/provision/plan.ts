import type { HostComponent } from '../compile/index.ts';
import { formatBytes, type Refusal, type RefusalReason, refuse, type Seconds } from '../kernel/index.ts';
import type { HostFacts } from './facts.ts';

/** One thing to do on the machine, in order. */
export type ProvisionStep = {
  /** For people, as progress shows it. */
  readonly title: string;
  readonly why: string;
  /** Roughly, on two cores and a warm mirror: what a bar without honest percentages is drawn from. */
  readonly expectedSeconds: Seconds;
} & (
  | { readonly kind: 'install-packages'; readonly packages: readonly string[] }
  | { readonly kind: 'unpack-odoo' }
  | { readonly kind: 'create-user' }
  | { readonly kind: 'create-cluster' }
  | { readonly kind: 'stop-component'; readonly component: HostComponent }
  | { readonly kind: 'write-configuration' }
  | { readonly kind: 'start-components'; readonly components: readonly HostComponent[] }
  | { readonly kind: 'create-database' }
  | { readonly kind: 'issue-credentials' }
);

export interface ProvisionPlan {
  readonly kind: 'plan';
  readonly steps: readonly ProvisionStep[];
}

const mebibyte = 1024 * 1024;
const startOrder: readonly HostComponent[] = ['postgres', 'web', 'gevent', 'cron'];

/** Free space each part takes, measured on the real packages and rounded up. */
export const spaceNeeded = {
  packages: 900 * mebibyte,
  odoo: 900 * mebibyte,
  database: 600 * mebibyte,
} as const;

function spaceReasons(facts: HostFacts): readonly RefusalReason[] {
  const cache =
    (facts.missingPackages.length > 0 ? spaceNeeded.packages : 0) +
    (facts.odooVersion === undefined ? spaceNeeded.odoo : 0);
  const state = facts.hasDatabase ? 0 : spaceNeeded.database;
  const reason = (place: string, needed: number, free: number): readonly RefusalReason[] =>
    free >= needed
      ? []
      : [
          {
            code: 'DISK_FULL',
            message: `${place} has ${formatBytes(free)} free, and ${formatBytes(needed)} are needed.`,
            hint: `Free ${formatBytes(needed - free)} there, or choose another place with PLIMSOLL_STATE.`,
          },
        ];
  return [
    ...reason('The disk of the package cache', cache, facts.freeBytes.cache),
    ...reason('The disk of the state directory', state, facts.freeBytes.state),
  ];
}

function portReasons(facts: HostFacts): readonly RefusalReason[] {
  return facts.ports
    .filter((port) => port.holder === 'other')
    .map((port) => ({
      code: 'PORT_IN_USE',
      message: `Port ${port.port}, for ${port.component}, is held by another program.`,
      hint: port.remedy,
    }));
}

function softwareSteps(facts: HostFacts): readonly ProvisionStep[] {
  const steps: ProvisionStep[] = [];
  const { missingPackages } = facts;
  if (missingPackages.length > 0) {
    steps.push({
      kind: 'install-packages',
      packages: missingPackages,
      title: `Install ${missingPackages.length} Debian packages`,
      why: "PostgreSQL and the libraries Odoo runs on come from this machine's own Debian mirror",
      expectedSeconds: 70,
    });
  }
  if (facts.odooVersion === undefined) {
    steps.push({
      kind: 'unpack-odoo',
      title: 'Fetch and unpack Odoo 19',
      why: "Debian's own package, verified against the signed index; kept for every environment of this machine",
      expectedSeconds: 35,
    });
  }
  if (!facts.hasOdooUser) {
    steps.push({
      kind: 'create-user',
      title: 'Create the system user of Odoo',
      why: 'Odoo must not run as root, nor own the database files',
      expectedSeconds: 1,
    });
  }
  return steps;
}

function databaseSteps(facts: HostFacts): readonly ProvisionStep[] {
  if (!facts.hasDatabase) {
    return [
      {
        kind: 'create-database',
        title: 'Create the logistics database',
        why: facts.hasPreparedDatabase
          ? 'from the prepared copy of this machine, with orders due at the next cut-offs'
          : 'sales, stock in several steps, purchase, delivery, accounting; a prepared copy is kept for next time',
        expectedSeconds: facts.hasPreparedDatabase ? 25 : 120,
      },
    ];
  }
  if (facts.hasCredentials) return [];
  return [
    {
      kind: 'issue-credentials',
      title: 'Issue credentials',
      why: 'the files that the estate refers to are missing; new ones replace the old',
      expectedSeconds: 5,
    },
  ];
}

/** The database first and alone; then Odoo's process classes side by side, for none needs another. */
function startSteps(starting: readonly HostComponent[]): {
  readonly database: readonly ProvisionStep[];
  readonly odoo: readonly ProvisionStep[];
} {
  const step = (
    components: readonly HostComponent[],
    why: string,
    expectedSeconds: Seconds,
  ): readonly ProvisionStep[] =>
    components.length === 0
      ? []
      : [{ kind: 'start-components', components, title: `Start ${components.join(', ')}`, why, expectedSeconds }];
  return {
    database: step(
      starting.filter((name) => name === 'postgres'),
      'accepts sessions on loopback only',
      2,
    ),
    odoo: step(
      starting.filter((name) => name !== 'postgres'),
      'pages and calls, websockets, and scheduled jobs, each in processes of their own',
      6,
    ),
  };
}

/**
 * What is left to do until the environment runs as declared: empty when it does. Refuses with every reason at once, before
 * anything is touched. `without` names components that an operator holds stopped.
 */
export function planBringUp(facts: HostFacts, without: readonly HostComponent[] = []): ProvisionPlan | Refusal {
  if (facts.obstacle !== undefined) {
    return refuse({
      code: 'PLATFORM_UNSUPPORTED',
      message: `Platform host cannot run here: ${facts.obstacle}.`,
      hint: 'Use Debian 12 as root, or a Docker engine with platform compose, or point connect: at an Odoo that runs.',
    });
  }
  const reasons = [...portReasons(facts), ...spaceReasons(facts)];
  if (reasons.length > 0) return refuse(...reasons);
  const mustRestart = startOrder.filter(
    (name) => facts.staleConfigurations.includes(name) && facts.running.includes(name),
  );
  // A database that restarts takes its clients' sessions with it: they restart too.
  const stopping = mustRestart.includes('postgres')
    ? startOrder.filter((name) => facts.running.includes(name))
    : mustRestart;
  const starting = startOrder.filter(
    (name) => (!facts.running.includes(name) || stopping.includes(name)) && !without.includes(name),
  );
  const steps: ProvisionStep[] = [...softwareSteps(facts)];
  if (!facts.hasCluster) {
    steps.push({
      kind: 'create-cluster',
      title: 'Create the PostgreSQL cluster',
      why: "the environment's own, in the state directory: the machine's other databases are not touched",
      expectedSeconds: 3,
    });
  }
  for (const component of stopping.toReversed()) {
    const why = 'its configuration changed';
    steps.push({ kind: 'stop-component', component, title: `Stop ${component}`, why, expectedSeconds: 3 });
  }
  if (facts.staleConfigurations.length > 0) {
    const why = `${facts.staleConfigurations.join(', ')}: compiled from the estate`;
    steps.push({ kind: 'write-configuration', title: 'Write configuration', why, expectedSeconds: 1 });
  }
  const start = startSteps(starting);
  return { kind: 'plan', steps: [...steps, ...start.database, ...databaseSteps(facts), ...start.odoo] };
}

/** The facts after a step did what it says: what the planner's laws are tested with. */
export function factsAfter(facts: HostFacts, step: ProvisionStep): HostFacts {
  const held = (components: readonly HostComponent[], holder: 'ours' | 'free') =>
    facts.ports.map((port) => (components.includes(port.component) ? { ...port, holder } : port));
  switch (step.kind) {
    case 'install-packages':
      return { ...facts, missingPackages: [] };
    case 'unpack-odoo':
      return { ...facts, odooVersion: '19.0' };
    case 'create-user':
      return { ...facts, hasOdooUser: true };
    case 'create-cluster':
      return { ...facts, hasCluster: true };
    case 'write-configuration':
      return { ...facts, staleConfigurations: [] };
    case 'create-database':
      return { ...facts, hasDatabase: true, hasPreparedDatabase: true, hasCredentials: true };
    case 'issue-credentials':
      return { ...facts, hasCredentials: true };
    case 'stop-component':
      return {
        ...facts,
        running: facts.running.filter((name) => name !== step.component),
        ports: held([step.component], 'free'),
      };
    case 'start-components':
      return { ...facts, running: [...facts.running, ...step.components], ports: held(step.components, 'ours') };
  }
}
