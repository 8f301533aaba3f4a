import type { z } from '@hono/zod-openapi';
import type { BusinessService } from '../../../core/estate/index.ts';
import { type Health, type HealthReason, staleAfter, worstHealth } from '../../../core/observe/index.ts';
import type { resource } from '../../contract/index.ts';
import type { ServerDeps } from '../deps.ts';
import { currentHealth, verdictView } from './format.ts';

type ServiceSummary = z.input<typeof resource.serviceSummary>;

interface Answer {
  readonly health: Health;
  readonly reasons: readonly HealthReason[];
}

/** A service is as well as the worst reason that names it; where nothing can be said of an environment, it is unknown. */
async function healthIn(
  deps: ServerDeps,
  service: string,
  environment: string,
  now: Temporal.Instant,
): Promise<Answer> {
  const declared = deps.estate().estate.environments.find((each) => each.name === environment);
  const stored = await deps.store.health.get(environment);
  const limitSeconds = declared === undefined ? 0 : staleAfter(declared.thresholds);
  const current = currentHealth(environment, stored, now, limitSeconds);
  const reasons = current.business.reasons.filter((reason) => reason.services.includes(service));
  if (reasons.length > 0) return { health: worstHealth(reasons.map((reason) => reason.health)), reasons };
  const isBlind = current.business.reasons.some(
    (reason) => reason.health === 'unknown' && reason.services.length === 0,
  );
  return isBlind ? { health: 'unknown', reasons: current.business.reasons } : { health: 'healthy', reasons: [] };
}

async function availability(deps: ServerDeps, service: BusinessService, now: Temporal.Instant): Promise<number | null> {
  if (service.journey === undefined) return null;
  const since = now.subtract({ hours: 24 });
  let passed = 0;
  let counted = 0;
  for (const environment of service.environments) {
    const runs = await deps.store.journeys.list({ environment, journey: service.journey, limit: 1_000 });
    for (const run of runs.filter((each) => Temporal.Instant.compare(each.startedAt, since) >= 0)) {
      if (run.outcome === 'passed') passed += 1;
      if (run.outcome === 'passed' || run.outcome === 'failed') counted += 1;
    }
  }
  return counted === 0 ? null : passed / counted;
}

/** Business services, all or those of one environment. */
export async function servicesOf(deps: ServerDeps, environment: string | undefined): Promise<ServiceSummary[]> {
  const now = deps.clock.now();
  const services = deps
    .estate()
    .estate.services.filter((each) => environment === undefined || each.environments.includes(environment));
  return Promise.all(
    services.map(async (service) => {
      const places = environment === undefined ? service.environments : [environment];
      const answers = await Promise.all(places.map((place) => healthIn(deps, service.name, place, now)));
      return {
        name: service.name,
        owner: service.owner ?? null,
        criticality: service.criticality,
        criticalityReasons: [...service.criticalityReasons],
        journey: service.journey ?? null,
        environments: [...service.environments],
        health: worstHealth(answers.map((answer) => answer.health)),
        reasons: verdictView({ health: 'unknown', reasons: answers.flatMap((answer) => answer.reasons) }).reasons,
        availabilityRatio: await availability(deps, service, now),
      };
    }),
  );
}
