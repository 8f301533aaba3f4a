import type { Alert, Deadline } from '../alert/index.ts';
import type { EnvironmentImpact, Impact } from './incident.ts';

/** What an alert says is lost. */
export function impactOf({
  environment,
  impact,
  services,
  sites,
  itemsAtRisk,
  deadline,
}: Pick<Alert, 'environment' | 'impact' | 'services' | 'sites' | 'itemsAtRisk' | 'deadline'>): EnvironmentImpact {
  return { environment, sentence: impact, services, sites, itemsAtRisk, deadline };
}

const union = (lists: readonly (readonly string[])[]): readonly string[] => [...new Set(lists.flat())].toSorted();

/** The worst that it came to, so that what is over still says what it cost. Items that nobody could count count as they were. */
function worse(before: EnvironmentImpact, now: EnvironmentImpact): EnvironmentImpact {
  const services = union([before.services, now.services]);
  const sites = union([before.sites, now.sites]);
  const isWorse =
    (now.itemsAtRisk ?? 0) >= (before.itemsAtRisk ?? 0) && (now.itemsAtRisk !== null || before.itemsAtRisk === null);
  return isWorse ? { ...now, services, sites } : { ...before, services, sites };
}

/** The impacts with what is said now: within an environment the worst, since its alerts count the same orders. */
export function withImpacts(
  known: readonly EnvironmentImpact[],
  now: readonly EnvironmentImpact[],
): readonly EnvironmentImpact[] {
  const byEnvironment = new Map(known.map((each) => [each.environment, each]));
  for (const each of now) {
    const before = byEnvironment.get(each.environment);
    byEnvironment.set(each.environment, before === undefined ? each : worse(before, each));
  }
  return [...byEnvironment.values()];
}

/** All of it (INC-04): what different environments lose adds up, and the next of their cut-offs is the one that counts. */
export function totalImpact(impacts: readonly EnvironmentImpact[]): Impact {
  const counts = impacts.flatMap(({ itemsAtRisk }) => itemsAtRisk ?? []);
  const deadlines = impacts.flatMap(({ deadline }): readonly Deadline[] => (deadline === null ? [] : [deadline]));
  return {
    sentence: impacts
      .map(({ environment, sentence }) => (impacts.length > 1 ? `${environment ?? 'estate'}: ${sentence}` : sentence))
      .join('; '),
    services: union(impacts.map(({ services }) => services)),
    sites: union(impacts.map(({ sites }) => sites)),
    itemsAtRisk: counts.length === 0 ? null : counts.reduce((total, count) => total + count, 0),
    deadline: deadlines.toSorted((a, b) => Temporal.Instant.compare(a.at, b.at))[0] ?? null,
  };
}
