import type { BusinessService, Environment } from '../core/estate/index.ts';
import {
  type CollectorReport,
  type CutOffFact,
  type EnvironmentHealth,
  judge,
  type Sample,
} from '../core/observe/index.ts';
import { lookAt } from './observe/look.ts';
import type { LookDeps } from './observe/sources.ts';

/** What one look right now gives, without a store: its verdict, how each collector fared, and the samples. */
export interface Probe {
  readonly health: EnvironmentHealth;
  readonly collectors: readonly CollectorReport[];
  readonly samples: readonly Sample[];
}

/** Looks once, right now, and judges what was seen. Journeys are not asked: their runs live in the server's store. */
export async function probeEnvironment(
  deps: LookDeps,
  environment: Environment,
  facts: { readonly services: readonly BusinessService[]; readonly nextCutOffs: readonly CutOffFact[] },
  signal?: AbortSignal,
): Promise<Probe> {
  const { observation } = await lookAt(deps, environment, signal);
  const health = judge({
    environment,
    services: facts.services.filter((service) => service.environments.includes(environment.name)),
    observation,
    journeyRuns: [],
    nextCutOffs: facts.nextCutOffs,
    now: deps.clock.now(),
  });
  return { health, collectors: observation.collectors, samples: observation.samples };
}
