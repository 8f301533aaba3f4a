import { type Environment, thresholdsAt } from '../../core/estate/index.ts';
import { type EnvironmentHealth, judge } from '../../core/observe/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Look } from './look.ts';
import type { ObserveDeps } from './sources.ts';

const recentRunCount = 50;

/** What a look says of an environment, by the thresholds that hold at this moment. */
export async function judgeLook(
  deps: Pick<ObserveDeps, 'services' | 'store' | 'nextCutOffs'> & { readonly clock: Pick<Clock, 'now'> },
  environment: Environment,
  { observation }: Pick<Look, 'observation'>,
): Promise<EnvironmentHealth> {
  const now = deps.clock.now();
  const services = deps.services.filter((service) => service.environments.includes(environment.name));
  const journeyRuns = await deps.store.journeys.list({ environment: environment.name, limit: recentRunCount });
  return judge({
    // In a declared peak other numbers hold, and only then.
    environment: { ...environment, thresholds: thresholdsAt(environment, now) },
    services,
    observation,
    journeyRuns,
    nextCutOffs: deps.nextCutOffs(environment, now),
    now,
  });
}
