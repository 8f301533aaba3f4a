import type { HostComponent } from '../compile/index.ts';
import { type Refusal, type RefusalReason, refuse } from '../kernel/index.ts';
import type { HostFacts } from './facts.ts';
import {
  environmentAfter,
  environmentSteps,
  type HostStep,
  type ProvisionPlan,
  portReasons,
  spaceNeeded,
  spaceReasons,
} from './steps.ts';

const elsewhere = 'choose another place with PLIMSOLL_STATE';

function hostSpaceReasons(facts: HostFacts): readonly RefusalReason[] {
  const cache =
    (facts.missingPackages.length > 0 ? spaceNeeded.packages : 0) +
    (facts.odooVersion === undefined ? spaceNeeded.odoo : 0);
  const state = facts.hasDatabase ? 0 : spaceNeeded.database;
  return [
    ...spaceReasons('The disk of the package cache', cache, facts.freeBytes.cache, elsewhere),
    ...spaceReasons('The disk of the state directory', state, facts.freeBytes.state, elsewhere),
  ];
}

function softwareSteps(facts: HostFacts): readonly HostStep[] {
  const steps: HostStep[] = [];
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

/** After the database: what its creation wrote is archived from then on. */
function archiveSteps(facts: HostFacts): readonly HostStep[] {
  if (facts.archive !== 'missing') return [];
  return [
    {
      kind: 'prepare-archive',
      title: 'Prepare the archive of the log, with a first backup',
      why: 'physical backups are declared: every change is archived, so that any instant can be restored to',
      expectedSeconds: 15,
    },
  ];
}

/**
 * What is left to do until the environment runs as declared: empty when it does. Refuses with every reason at once, before
 * anything is touched. `without` names components that an operator holds stopped.
 */
export function planBringUp(
  facts: HostFacts,
  without: readonly HostComponent[] = [],
): ProvisionPlan<HostStep> | Refusal {
  if (facts.obstacle !== undefined) {
    return refuse({
      code: 'PLATFORM_UNSUPPORTED',
      message: `Platform host cannot run here: ${facts.obstacle}.`,
      hint: 'Use Debian 12 as root, or a Docker engine with platform compose, or point connect: at an Odoo that runs.',
    });
  }
  const reasons = [...portReasons(facts), ...hostSpaceReasons(facts)];
  if (reasons.length > 0) return refuse(...reasons);
  const steps: HostStep[] = [...softwareSteps(facts)];
  if (!facts.hasCluster) {
    steps.push({
      kind: 'create-cluster',
      title: 'Create the PostgreSQL cluster',
      why: "the environment's own, in the state directory: the machine's other databases are not touched",
      expectedSeconds: 3,
    });
  }
  return { kind: 'plan', steps: [...steps, ...environmentSteps(facts, without, archiveSteps(facts))] };
}

/** The facts after a step did what it says: what the planner's laws are tested with. */
export function factsAfter(facts: HostFacts, step: HostStep): HostFacts {
  switch (step.kind) {
    case 'install-packages':
      return { ...facts, missingPackages: [] };
    case 'unpack-odoo':
      return { ...facts, odooVersion: '19.0' };
    case 'create-user':
      return { ...facts, hasOdooUser: true };
    case 'create-cluster':
      return { ...facts, hasCluster: true };
    case 'prepare-archive':
      return { ...facts, archive: 'ready' };
    default:
      return environmentAfter(facts, step);
  }
}
