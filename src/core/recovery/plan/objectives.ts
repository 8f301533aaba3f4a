import type { BusinessService, Environment, Estate } from '../../estate/index.ts';
import { formatDuration, type Seconds } from '../../kernel/index.ts';
import type { FindingDraft } from '../../observe/index.ts';

/** The domains that recover for different reasons, and should at different speeds (DRP-01). */
export const serviceDomains = [
  'order-processing',
  'warehouse-execution',
  'financial-posting',
  'reporting',
  'training',
  'non-production',
  'other',
] as const;
export type ServiceDomain = (typeof serviceDomains)[number];

const domainOfProcess: Readonly<Record<string, ServiceDomain>> = {
  'order-intake': 'order-processing',
  'order-confirmation': 'order-processing',
  'edi-exchange': 'order-processing',
  'marketplace-api': 'order-processing',
  'customer-portal': 'order-processing',
  'pick-waves': 'warehouse-execution',
  'stock-moves': 'warehouse-execution',
  'carrier-rates': 'warehouse-execution',
  'label-printing': 'warehouse-execution',
  'shipment-confirmation': 'warehouse-execution',
  'goods-receipt': 'warehouse-execution',
  'carrier-api': 'warehouse-execution',
  'transport-planning': 'warehouse-execution',
  'invoice-posting': 'financial-posting',
  reporting: 'reporting',
  training: 'training',
};

/** The domain of a service, by the process it supports. */
export function domainOf({ process }: Pick<BusinessService, 'process'>): ServiceDomain {
  return (process === undefined ? undefined : domainOfProcess[process]) ?? 'other';
}

/** What one domain in one environment must live up to. */
export interface DomainObjective {
  readonly domain: ServiceDomain;
  readonly environment: string;
  readonly tier: string;
  /** The services that make it up; empty for an environment that carries none. */
  readonly services: readonly string[];
  readonly rpoSeconds: Seconds | undefined;
  readonly rtoSeconds: Seconds | undefined;
}

/** RPO and RTO per service domain, tier and environment: the strictest of the services of a domain. */
export function domainObjectives(estate: Estate): readonly DomainObjective[] {
  return estate.environments.flatMap((environment) => objectivesOf(environment, estate.services));
}

function objectivesOf(environment: Environment, services: readonly BusinessService[]): readonly DomainObjective[] {
  const base = { environment: environment.name, tier: environment.tier.name };
  const carried = services.filter((service) => service.environments.includes(environment.name));
  const alone = environment.serviceClass === 'production' ? aloneDomain(environment) : 'non-production';
  if (carried.length === 0 || environment.serviceClass !== 'production') {
    const { rpoSeconds, rtoSeconds } = environment.objectives;
    return [{ ...base, domain: alone, services: carried.map(({ name }) => name), rpoSeconds, rtoSeconds }];
  }
  const byDomain = Map.groupBy(carried, domainOf);
  return serviceDomains.flatMap((domain) => {
    const members = byDomain.get(domain);
    if (members === undefined) return [];
    const own = members.map(({ recovery }) => ({
      rpo: recovery.isOwn ? recovery.rpoSeconds : environment.objectives.rpoSeconds,
      rto: recovery.isOwn ? recovery.rtoSeconds : environment.objectives.rtoSeconds,
    }));
    const rpoSeconds = least(own.map(({ rpo }) => rpo));
    const rtoSeconds = least(own.map(({ rto }) => rto));
    return [{ ...base, domain, services: members.map(({ name }) => name), rpoSeconds, rtoSeconds }];
  });
}

function aloneDomain({ stage }: Environment): ServiceDomain {
  return stage === 'reporting' || stage === 'training' ? stage : 'other';
}

function least(values: readonly (Seconds | undefined)[]): Seconds | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Warns of one blanket value for everything: then either the floor recovers too late, or reports cost too much (DRP-01). */
export function blanketFindings(estate: Estate): readonly FindingDraft[] {
  const objectives = domainObjectives(estate);
  const domains = new Set(objectives.map(({ domain }) => domain));
  const values = new Set(objectives.map(({ rpoSeconds, rtoSeconds }) => `${rpoSeconds}/${rtoSeconds}`));
  const [first] = objectives;
  if (first === undefined || domains.size < 2 || values.size > 1) return [];
  const words = (seconds: Seconds | undefined): string => (seconds === undefined ? 'none' : formatDuration(seconds));
  return [
    {
      key: 'OBJECTIVES_BLANKET',
      code: 'OBJECTIVES_BLANKET',
      severity: 'warning',
      environment: null,
      subject: estate.name,
      reason: `${[...domains].join(', ')} all have one RPO (${words(first.rpoSeconds)}) and one RTO (${words(first.rtoSeconds)}).`,
      action: 'Say under `recovery:` of each business service what it may lose and how long it may be away.',
      evidence: {
        domains: domains.size,
        rpoSeconds: first.rpoSeconds ?? null,
        rtoSeconds: first.rtoSeconds ?? null,
      },
    },
  ];
}
