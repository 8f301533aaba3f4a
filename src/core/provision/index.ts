// What bringing an environment up takes: the packages, the facts observed about the machine, the plan, and keeping it up.

export { seedDeadlines } from './deadlines.ts';
export { defaultPostgresPort, type HostPorts, hostEnvironment, hostPorts } from './declaration.ts';
export type { HostFacts, PortFact } from './facts.ts';
export {
  browserPackages,
  hostPackages,
  metricsToolPackages,
  objectServerPackage,
  odooPackage,
  redisPackages,
  repositoryToolPackages,
} from './packages.ts';
export { factsAfter, type ProvisionPlan, type ProvisionStep, planBringUp, spaceNeeded } from './plan.ts';
export {
  cleanEndDelaySeconds,
  type DownComponent,
  decideRestart,
  type Ending,
  longestDelaySeconds,
  type RestartDecision,
  restartDelaySeconds,
} from './supervise.ts';
