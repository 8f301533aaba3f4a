import type {
  BusinessService,
  CalendarEvent,
  Environment,
  Estate,
  Integration,
  PolicyException,
  Retry,
  Site,
  Tenant,
  Tier,
} from '../model.ts';
import { type TypedDocument, textAt } from '../read/typed.ts';
import type { Declared, Kind } from '../schema/index.ts';
import { daysIn } from '../schema/scalars.ts';
import { classifyEnvironment, classifyService, processOf } from './criticality.ts';
import { resolveDataClass } from './data-classes.ts';
import { type EnvironmentContext, resolveEnvironment } from './environment.ts';
import { resolveCommitment, resolveObjectives } from './promises.ts';
import { resolveRepository } from './repository.ts';
import { resolveChannel, resolveRunbook, resolveTeam } from './responding.ts';
import { type Policies, resolveTier } from './tier.ts';

type Resolvable<K extends Kind> = TypedDocument<K> & { readonly declared: Declared<K> };

/** Documents that all fit their schemas and refer to each other rightly, by kind. */
interface Sources {
  of<K extends Kind>(kind: K): readonly Resolvable<K>[];
}

/** Resolves checked documents into the estate. Only ever called when no document has an error. */
export function resolveEstate(documents: readonly TypedDocument[]): Estate {
  const sources: Sources = {
    of: <K extends Kind>(kind: K) =>
      documents.filter(
        (document) => document.kind === kind && document.declared !== undefined,
      ) as unknown as Resolvable<K>[],
  };
  const head = sources.of('Estate')[0]?.declared;
  const sites = sources.of('Site').map(resolveSite);
  const services = resolveServices(sources, sites);
  const repositories = sources
    .of('Repository')
    .map(({ declared, placeOf }) => resolveRepository(declared, placeOf([])));
  const dataClasses = sources.of('DataClass').map(({ declared, placeOf }) => resolveDataClass(declared, placeOf([])));
  const context = environmentContext(sources, { sites, services, repositories, dataClasses });
  const environments = sources
    .of('Environment')
    .map(({ declared, placeOf }) => resolveEnvironment(declared, placeOf([]), context));
  const byName = new Map(environments.map((environment) => [environment.name, environment]));
  return {
    name: head?.name ?? '',
    operatingModel: head?.operatingModel,
    regions: (head?.regions ?? []).map(({ name, jurisdiction }) => ({ name, jurisdiction })),
    sites,
    tiers: resolveTiers(sources, context.policies),
    environments,
    services: services.map((service) => settleService(service, byName)),
    integrations: sources.of('Integration').map(resolveIntegration),
    tenants: sources.of('Tenant').map(resolveTenant),
    teams: sources
      .of('Team')
      .map((document) => resolveTeam(document.declared, lengthsOf(document), document.placeOf([]))),
    channels: sources.of('Channel').map(({ declared, placeOf }) => resolveChannel(declared, placeOf([]))),
    runbooks: sources.of('Runbook').map(({ declared, placeOf }) => resolveRunbook(declared, placeOf([]))),
    dataClasses,
    repositories,
    commitments: sources
      .of('BusinessCommitment')
      .map(({ declared, placeOf }) => resolveCommitment(declared, placeOf([]))),
    exceptions: sources.of('Exception').map(resolveException),
    others: resolveOthers(sources),
  };
}

/** The lengths of a team's shifts, as written. */
function lengthsOf(document: Resolvable<'Team'>): readonly string[] {
  const { shifts = [] } = document.declared.onCall ?? {};
  return shifts.map((_, index) => textAt(document, ['onCall', 'shifts', index, 'lasts']) ?? '');
}

function resolveSite(document: Resolvable<'Site'>): Site {
  const { declared, placeOf } = document;
  const calendar = (declared.calendar ?? []).map(
    (event, index): CalendarEvent => ({
      name: event.name,
      title: event.title,
      kind: event.kind,
      site: declared.name,
      timezone: declared.timezone,
      rule: event.rule,
      lastsSeconds: event.lasts ?? 0,
      lastsDays: daysIn(textAt(document, ['calendar', index, 'lasts']) ?? ''),
      service: event.service,
      profile: event.profile,
      starts: event.starts,
      except: event.except ?? [],
      place: placeOf(['calendar', index]),
    }),
  );
  const { name, title, timezone, odoo } = declared;
  return { name, title, timezone, calendar, warehouses: odoo?.warehouses, place: placeOf([]) };
}

function resolveTiers(sources: Sources, policies: Policies): readonly Tier[] {
  return sources
    .of('Tier')
    .map(({ declared, placeOf }) =>
      resolveTier(declared, declared.serviceClass ?? 'production', policies, placeOf([])),
    );
}

function environmentContext(
  sources: Sources,
  { sites, services, repositories, dataClasses }: Pick<Estate, 'sites' | 'services' | 'repositories' | 'dataClasses'>,
): EnvironmentContext {
  const tiers = new Map(sources.of('Tier').map((tier) => [tier.declared.name, tier]));
  const carried = Map.groupBy(
    services.flatMap((service) => service.environments.map((environment) => ({ environment, service }))),
    ({ environment }) => environment,
  );
  return {
    sites: new Map(sites.map((site) => [site.name, site])),
    tierOf: (name) => tiers.get(name)?.declared,
    placeOfTier: (name) => tiers.get(name)?.placeOf([]),
    policies: {
      backup: new Map(sources.of('BackupPolicy').map(({ declared }) => [declared.name, declared])),
      change: new Map(sources.of('ChangePolicy').map(({ declared }) => [declared.name, declared])),
    },
    repositories,
    legalOf: (name) => dataClasses.find((dataClass) => dataClass.name === name)?.legal,
    sharedParts: sources.of('Estate')[0]?.declared.parts,
    criticalityOf: ({ name, stage }) =>
      classifyEnvironment(
        stage,
        (carried.get(name) ?? []).map(({ service }) => service),
      ),
  };
}

function resolveServices(sources: Sources, sites: readonly Site[]): readonly BusinessService[] {
  const stages = new Map(sources.of('Environment').map(({ declared }) => [declared.name, declared.stage]));
  const cutOffs = Map.groupBy(
    sites.flatMap((site) => site.calendar).filter((event) => event.kind === 'cut-off'),
    (event) => event.service,
  );
  const commitments = Map.groupBy(sources.of('BusinessCommitment'), ({ declared }) => declared.service);
  return sources.of('BusinessService').map(({ declared, placeOf }) => {
    const named = (declared.objectives ?? []).flatMap(({ backlog }) => backlog?.clearBefore ?? []);
    const about = (cutOffs.get(declared.name) ?? []).map((event) => event.name);
    const { criticality, reasons } = classifyService({
      declared,
      cutOffs: [...new Set([...named, ...about])],
      commitments: (commitments.get(declared.name) ?? []).map((commitment) => commitment.declared.name),
      stages: declared.environments.flatMap((name) => stages.get(name) ?? []),
    });
    return {
      name: declared.name,
      environments: declared.environments,
      owner: declared.owner,
      journey: declared.journey,
      objectives: resolveObjectives(declared),
      criticality,
      criticalityReasons: reasons,
      dependsOn: (declared.dependsOn ?? []).map((name) => name.replace(/^service\//, '')),
      process: processOf(declared),
      recovery: {
        rpoSeconds: declared.recovery?.rpo,
        rtoSeconds: declared.recovery?.rto,
        isOwn: declared.recovery !== undefined,
      },
      compromised: declared.compromised && { ...declared.compromised, until: declared.compromised.until },
      tier: undefined,
      place: placeOf([]),
    };
  });
}

/** A service with what it has from its environments: the tier that recovers soonest, and the strictest objectives. */
function settleService(service: BusinessService, environments: ReadonlyMap<string, Environment>): BusinessService {
  const own = service.environments.flatMap((name) => environments.get(name) ?? []);
  const rto = ({ objectives }: Environment): number => objectives.rtoSeconds ?? Number.POSITIVE_INFINITY;
  const strictest = (values: readonly (number | undefined)[]): number | undefined =>
    values.reduce((least, value) => (value === undefined ? least : Math.min(value, least ?? value)), undefined);
  const { rpoSeconds, rtoSeconds, isOwn } = service.recovery;
  return {
    ...service,
    recovery: {
      rpoSeconds: rpoSeconds ?? strictest(own.map(({ objectives }) => objectives.rpoSeconds)),
      rtoSeconds: rtoSeconds ?? strictest(own.map(({ objectives }) => objectives.rtoSeconds)),
      isOwn,
    },
    tier: own.toSorted((a, b) => rto(a) - rto(b))[0]?.tier.name,
  };
}

function resolveIntegration({ declared, placeOf }: Resolvable<'Integration'>): Integration {
  return {
    name: declared.name,
    partner: declared.partner,
    environments: declared.environments,
    exchange: declared.exchange,
    direction: declared.direction ?? 'both',
    criticality: declared.criticality ?? 'medium',
    owner: declared.owner,
    services: declared.services ?? [],
    trustZone: declared.trustZone,
    endpoint: declared.endpoint,
    retry: resolveRetry(declared.retry),
    timeoutSeconds: declared.timeout,
    availabilityRatio: declared.availability,
    place: placeOf([]),
  };
}

function resolveException({ declared, placeOf }: Resolvable<'Exception'>): PolicyException {
  const { name, policy, environments, reason, approvedBy, expires } = declared;
  return { name, policy, environments: environments ?? [], reason, approvedBy, expires, place: placeOf([]) };
}

function resolveRetry(retry: Declared<'Integration'>['retry']): Retry | undefined {
  if (retry === undefined) return undefined;
  return { attempts: retry.attempts, backoff: retry.backoff, budgetRatio: retry.budget };
}

function resolveTenant({ declared, placeOf }: Resolvable<'Tenant'>): Tenant {
  const segments = (declared.segments ?? []).map(({ name, kind }) => ({ name, kind }));
  return { name: declared.name, title: declared.title ?? declared.name, segments, place: placeOf([]) };
}

const otherKinds = [
  'BusinessCommitment',
  'ChangePolicy',
  'BackupPolicy',
  'PriceBook',
  'Policy',
  'Exception',
] as const satisfies readonly Kind[];

function resolveOthers(sources: Sources): Estate['others'] {
  return Object.fromEntries(
    otherKinds.map((kind) => [
      kind,
      sources.of(kind).map(({ declared, placeOf }) => ({ ...declared, name: declared.name, place: placeOf([]) })),
    ]),
  );
}
