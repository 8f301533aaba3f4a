import type { z } from '@hono/zod-openapi';
import type { BusinessService, Environment } from '../../../core/estate/index.ts';
import {
  type EnvironmentHealth,
  type Health,
  type HealthReason,
  staleAfter,
  worstHealth,
} from '../../../core/observe/index.ts';
import type { JourneyTally } from '../../../ports/store.ts';
import type { resource } from '../../contract/index.ts';
import type { ServerDeps } from '../deps.ts';
import { currentHealth, verdictView } from './format.ts';

type ServiceSummary = z.input<typeof resource.serviceSummary>;

interface Answer {
  readonly health: Health;
  readonly reasons: readonly HealthReason[];
}

/** What is asked once for all services, however many environments they have. */
interface Asked {
  readonly environments: ReadonlyMap<string, Environment>;
  readonly health: ReadonlyMap<string, EnvironmentHealth>;
  readonly tallies: ReadonlyMap<string, JourneyTally>;
}

async function ask(deps: ServerDeps, health: Asked['health'], now: Temporal.Instant): Promise<Asked> {
  const tallies = await deps.store.journeys.tally(now.subtract({ hours: 24 }));
  return {
    environments: new Map(deps.estate().estate.environments.map((each) => [each.name, each])),
    health,
    tallies: new Map(tallies.map((each) => [`${each.environment}/${each.journey}`, each])),
  };
}

/** A service is as well as the worst reason that names it; where nothing can be said of an environment, it is unknown. */
function healthIn(asked: Asked, service: string, environment: string, now: Temporal.Instant): Answer {
  const declared = asked.environments.get(environment);
  const limitSeconds = declared === undefined ? 0 : staleAfter(declared.thresholds);
  const current = currentHealth(environment, asked.health.get(environment), now, limitSeconds);
  const reasons = current.business.reasons.filter((reason) => reason.services.includes(service));
  if (reasons.length > 0) return { health: worstHealth(reasons.map((reason) => reason.health)), reasons };
  const isBlind = current.business.reasons.some(
    (reason) => reason.health === 'unknown' && reason.services.length === 0,
  );
  return isBlind ? { health: 'unknown', reasons: current.business.reasons } : { health: 'healthy', reasons: [] };
}

function availability(asked: Asked, { journey, environments }: BusinessService): number | null {
  if (journey === undefined) return null;
  const own = environments.flatMap((environment) => asked.tallies.get(`${environment}/${journey}`) ?? []);
  const passed = own.reduce((sum, { passedCount }) => sum + passedCount, 0);
  const counted = own.reduce((sum, { failedCount }) => sum + failedCount, passed);
  return counted === 0 ? null : passed / counted;
}

/** Business services, all or those of one environment, by what is known of the health of environments. */
export async function servicesOf(
  deps: ServerDeps,
  environment: string | undefined,
  health: ReadonlyMap<string, EnvironmentHealth>,
): Promise<ServiceSummary[]> {
  const now = deps.clock.now();
  const asked = await ask(deps, health, now);
  const services = deps
    .estate()
    .estate.services.filter((each) => environment === undefined || each.environments.includes(environment));
  return services.map((service) => {
    const places = environment === undefined ? service.environments : [environment];
    const answers = places.map((place) => healthIn(asked, service.name, place, now));
    return {
      name: service.name,
      owner: service.owner ?? null,
      criticality: service.criticality,
      criticalityReasons: [...service.criticalityReasons],
      journey: service.journey ?? null,
      environments: [...service.environments],
      health: worstHealth(answers.map((answer) => answer.health)),
      reasons: verdictView({ health: 'unknown', reasons: answers.flatMap((answer) => answer.reasons) }).reasons,
      availabilityRatio: availability(asked, service),
    };
  });
}
