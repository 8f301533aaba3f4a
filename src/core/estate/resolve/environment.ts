import type {
  Backup,
  Connection,
  Criticality,
  Environment,
  LegalRetention,
  Objectives,
  PartProvision,
  Place,
  PlatformPart,
  Redis,
  Repository,
  Resources,
  Site,
  Tier,
} from '../model.ts';
import type { Declared } from '../schema/index.ts';
import { overrideThresholds } from '../thresholds.ts';
import { layDeclarations, resolveBackup } from './backup.ts';
import { classDefaults, classOfStage } from './class-defaults.ts';
import { resolveParts } from './parts.ts';
import { defaultRepository } from './repository.ts';
import { declaredBackup, overrideObjectives, type Policies, resolveTier } from './tier.ts';

type DeclaredEnvironment = Declared<'Environment'>;

/** What an environment is resolved against. */
export interface EnvironmentContext {
  readonly sites: ReadonlyMap<string, Site>;
  readonly tierOf: (name: string) => Declared<'Tier'> | undefined;
  readonly policies: Policies;
  readonly repositories: readonly Repository[];
  /** What the law asks for classes of data, by their names. */
  readonly legalOf: (dataClass: string) => LegalRetention | undefined;
  readonly sharedParts: Declared<'Estate'>['parts'];
  readonly placeOfTier: (name: string) => Place | undefined;
  readonly criticalityOf: (environment: DeclaredEnvironment) => {
    readonly criticality: Criticality;
    readonly reasons: readonly string[];
  };
}

/** An environment with the defaults of its class, its tier and its platform, in this order of strength. */
export function resolveEnvironment(
  declared: DeclaredEnvironment,
  place: Place,
  context: EnvironmentContext,
): Environment {
  const declaredTier = context.tierOf(declared.tier ?? '');
  const serviceClass = declared.serviceClass ?? declaredTier?.serviceClass ?? classOfStage(declared.stage);
  const tierPlace = context.placeOfTier(declared.tier ?? '') ?? place;
  const tier: Tier = resolveTier(declaredTier, serviceClass, context.policies, tierPlace);
  const objectives = overrideObjectives(tier.objectives, declared.objectives);
  const connect = resolveConnection(declared.connect);
  const classification = context.criticalityOf(declared);
  const parts: Partial<Record<PlatformPart, PartProvision>> = resolveParts(declared, context.sharedParts, connect);
  return {
    name: declared.name,
    tenant: declared.tenant,
    stage: declared.stage,
    serviceClass,
    tier,
    platform: declared.platform,
    region: declared.region,
    sites: (declared.sites ?? []).flatMap((name) => context.sites.get(name) ?? []),
    odoo: {
      version: declared.odoo.version,
      database: declared.odoo.database,
      modules: declared.odoo.modules ?? [],
      ...(declared.odoo.addons === undefined ? {} : { addons: declared.odoo.addons }),
    },
    workers: resolveWorkers(declared),
    connect,
    ...(declared.storage === undefined ? {} : { storage: declared.storage }),
    isLab: declared.lab ?? false,
    journeys: { writes: declared.journeys?.writes ?? false },
    ...resolveThresholds(declared, tier),
    tenancy: declared.tenancy ?? 'dedicated',
    objectives,
    backup: resolveEnvironmentBackup(declared, declaredTier, classDefaults[serviceClass].backup, objectives, context),
    resources: resolveResources(declared, classDefaults[serviceClass].resources),
    schedule: declared.schedule ?? classDefaults[serviceClass].schedule,
    redis: resolveRedis(declared),
    parts,
    dataClasses: declared.dataClasses ?? [],
    dependsOn: declared.dependsOn ?? [],
    owner: declared.owner,
    criticality: classification.criticality,
    criticalityReasons: classification.reasons,
    place,
  };
}

/** Thresholds for every day, and those of each peak laid over them. */
function resolveThresholds(
  declared: DeclaredEnvironment,
  tier: Tier,
): Pick<Environment, 'thresholds' | 'peakThresholds'> {
  const thresholds = overrideThresholds(tier.thresholds, declared.thresholds);
  const peaks = Object.entries(declared.peakThresholds ?? {});
  if (peaks.length === 0) return { thresholds };
  const peakThresholds = Object.fromEntries(
    peaks.map(([profile, own]) => [profile, overrideThresholds(thresholds, own)]),
  );
  return { thresholds, peakThresholds };
}

/** The words of the tier and of the environment together, read against the environment's own objectives. */
function resolveEnvironmentBackup(
  declared: DeclaredEnvironment,
  tier: Declared<'Tier'> | undefined,
  base: Backup,
  objectives: Objectives,
  { policies, repositories, legalOf }: EnvironmentContext,
): Backup {
  const words = [tier?.backup, declared.backup].map((backup) => declaredBackup(backup, policies));
  const backup = resolveBackup(base, layDeclarations(...words), objectives);
  return {
    ...backup,
    repository: backup.repository ?? defaultRepository(repositories, declared.region),
    legal: [...backup.legal, ...(declared.dataClasses ?? []).flatMap((name) => legalOf(name) ?? [])],
  };
}

/** The smallest set of processes that serves people, live updates and scheduled jobs. */
const defaultWorkers = { web: 2, gevent: 1, cron: 1, integration: 0, reporting: 0 } as const;

function resolveWorkers({ workers }: DeclaredEnvironment): Environment['workers'] {
  return {
    web: workers?.web ?? defaultWorkers.web,
    gevent: workers?.gevent ?? defaultWorkers.gevent,
    cron: workers?.cron ?? defaultWorkers.cron,
    integration: workers?.integration ?? defaultWorkers.integration,
    reporting: workers?.reporting ?? defaultWorkers.reporting,
  };
}

function resolveConnection(connect: DeclaredEnvironment['connect']): Connection {
  const odoo = connect?.odoo;
  return {
    odoo: odoo === undefined ? undefined : { url: odoo.url, login: odoo.login, apiKey: odoo.apiKey },
    postgres: connect?.postgres,
    backup: connect?.backup,
    sessions: connect?.sessions,
    filestore: connect?.filestore,
    log: connect?.log,
    redis: connect?.redis,
    prometheus: connect?.prometheus,
    ingress: connect?.ingress,
  };
}

function resolveResources({ resources }: DeclaredEnvironment, base: Resources): Resources {
  return {
    cpuCores: resources?.cpuCores ?? base.cpuCores,
    memoryBytes: resources?.memory ?? base.memoryBytes,
    databaseBytes: resources?.database ?? base.databaseBytes,
    filestoreBytes: resources?.filestore ?? base.filestoreBytes,
  };
}

function resolveRedis({ redis }: DeclaredEnvironment): Redis | undefined {
  if (redis === undefined) return undefined;
  return {
    purpose: redis.purpose,
    acceptableLossSeconds: redis.acceptableLoss ?? 0,
    // Sessions and queues must not vanish because a cache grew.
    eviction: redis.eviction ?? 'noeviction',
  };
}
