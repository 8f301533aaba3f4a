// What bringing an environment up takes: the packages, the facts observed about the machine, the plan, and keeping it up.

export { type SeedDeadline, seedDeadlines, seededOrders, seededWarehouses } from './deadlines.ts';
export {
  type ArchiveAnswer,
  defaultPostgresPort,
  type HostPorts,
  hostEnvironment,
  hostPorts,
  physicalPlaceOf,
  walArchiveOf,
} from './declaration.ts';
export type { ComposeFacts, EnvironmentFacts, HostFacts, PortFact } from './facts.ts';
export {
  browserPackages,
  falseClockPackages,
  hostPackages,
  metricsToolPackages,
  objectServerPackage,
  odooPackage,
  redisPackages,
  repositoryToolPackages,
} from './packages.ts';
export { factsAfter, planBringUp } from './plan.ts';
export { composeFactsAfter, planComposeBringUp } from './plan-compose.ts';
export {
  choosePlatform,
  type PlatformChoice,
  type PlatformObstacles,
  type PlatformWishes,
  type UpPlatform,
} from './platform.ts';
export { type ComposeStep, type HostStep, type ProvisionPlan, type ProvisionStep, spaceNeeded } from './steps.ts';
export {
  cleanEndDelaySeconds,
  type DownComponent,
  decideRestart,
  type Ending,
  longestDelaySeconds,
  type RestartDecision,
  restartDelaySeconds,
} from './supervise.ts';
