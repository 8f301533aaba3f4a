import type { HostComponent } from '../compile/index.ts';
import { type Bytes, formatBytes, type RefusalReason, type Seconds } from '../kernel/index.ts';
import type { EnvironmentFacts } from './facts.ts';

interface StepWords {
  /** For people, as progress shows it. */
  readonly title: string;
  readonly why: string;
  /** Roughly, on two cores and a warm mirror: what a bar without honest percentages is drawn from. */
  readonly expectedSeconds: Seconds;
}

type EnvironmentAct =
  | { readonly kind: 'stop-component'; readonly component: HostComponent }
  | { readonly kind: 'write-configuration' }
  | { readonly kind: 'start-components'; readonly components: readonly HostComponent[] }
  | { readonly kind: 'create-database' }
  | { readonly kind: 'issue-credentials' };

/** One thing to do for an environment, whatever platform runs it. */
export type EnvironmentStep = StepWords & EnvironmentAct;

/** One thing to do on a machine of platform `host`, in order. */
export type HostStep =
  | EnvironmentStep
  | (StepWords &
      (
        | { readonly kind: 'install-packages'; readonly packages: readonly string[] }
        | { readonly kind: 'unpack-odoo' }
        | { readonly kind: 'create-user' }
        | { readonly kind: 'create-cluster' }
        | { readonly kind: 'prepare-archive' }
      ));

/** One thing to do with a container engine, in order. */
export type ComposeStep =
  | EnvironmentStep
  | (StepWords & { readonly kind: 'pull-images'; readonly images: readonly string[] });

export type ProvisionStep = HostStep | ComposeStep;

export interface ProvisionPlan<Step extends ProvisionStep = ProvisionStep> {
  readonly kind: 'plan';
  readonly steps: readonly Step[];
}

const mebibyte = 1024 * 1024;
const startOrder: readonly HostComponent[] = ['postgres', 'web', 'gevent', 'cron'];

/** Free space each part takes, measured on the real ones and rounded up. */
export const spaceNeeded = {
  packages: 900 * mebibyte,
  odoo: 900 * mebibyte,
  images: 3_000 * mebibyte,
  database: 600 * mebibyte,
} as const;

/** Why a place is too small, where it is. */
export function spaceReasons(place: string, needed: Bytes, free: Bytes, remedy: string): readonly RefusalReason[] {
  if (free >= needed) return [];
  const message = `${place} has ${formatBytes(free)} free, and ${formatBytes(needed)} are needed.`;
  return [{ code: 'DISK_FULL', message, hint: `Free ${formatBytes(needed - free)} there, or ${remedy}.` }];
}

/** Why a port cannot be had, for each that another program holds. */
export function portReasons(facts: EnvironmentFacts): readonly RefusalReason[] {
  return facts.ports
    .filter((port) => port.holder === 'other')
    .map((port) => ({
      code: 'PORT_IN_USE',
      message: `Port ${port.port}, for ${port.component}, is held by another program.`,
      hint: port.remedy,
    }));
}

function databaseSteps(facts: EnvironmentFacts): readonly EnvironmentStep[] {
  if (!facts.hasDatabase) {
    return [
      {
        kind: 'create-database',
        title: 'Create the logistics database',
        why: facts.hasPreparedDatabase
          ? 'from the prepared copy of this machine, with orders due at the next cut-offs'
          : 'sales, stock in several steps, purchase, delivery, accounting',
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
  readonly database: readonly EnvironmentStep[];
  readonly odoo: readonly EnvironmentStep[];
} {
  const step = (
    components: readonly HostComponent[],
    why: string,
    expectedSeconds: Seconds,
  ): readonly EnvironmentStep[] =>
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
 * What stops and starts, and what lies between: the part of a plan that every platform shares. `afterDatabase` is a
 * platform's own, done once the database is there and before Odoo starts.
 */
export function environmentSteps<Own extends ProvisionStep = EnvironmentStep>(
  facts: EnvironmentFacts,
  without: readonly HostComponent[],
  afterDatabase: readonly Own[] = [],
): readonly (EnvironmentStep | Own)[] {
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
  const steps: EnvironmentStep[] = [];
  for (const component of stopping.toReversed()) {
    const why = 'its configuration changed';
    steps.push({ kind: 'stop-component', component, title: `Stop ${component}`, why, expectedSeconds: 3 });
  }
  if (facts.staleConfigurations.length > 0) {
    const why = `${facts.staleConfigurations.join(', ')}: compiled from the estate`;
    steps.push({ kind: 'write-configuration', title: 'Write configuration', why, expectedSeconds: 1 });
  }
  const start = startSteps(starting);
  return [...steps, ...start.database, ...databaseSteps(facts), ...afterDatabase, ...start.odoo];
}

/** The facts after a shared step did what it says. */
export function environmentAfter<Facts extends EnvironmentFacts>(facts: Facts, step: EnvironmentStep): Facts {
  const held = (components: readonly HostComponent[], holder: 'ours' | 'free') =>
    facts.ports.map((port) => (components.includes(port.component) ? { ...port, holder } : port));
  switch (step.kind) {
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
