import { runbookFor } from '../alert/index.ts';
import {
  type BusinessService,
  backlogKindOf,
  type Environment,
  type Estate,
  type Integration,
  type Site,
} from '../estate/index.ts';
import { objectivesOf } from '../objective/index.ts';
import { type Answer, type CoverageItem, itemOf } from './item.ts';

const listed = (names: readonly string[]): string | undefined => (names.length === 0 ? undefined : names.join(', '));

/** Whether business figures of an environment are read: from its database, or as Odoo itself counts them. */
const isRead = ({ connect }: Environment): boolean =>
  connect.postgres !== undefined || connect.odoo?.apiKey !== undefined;

function runbookOf(estate: Estate, codes: readonly string[], services: readonly string[]): string | undefined {
  const asked = { source: 'burn', subject: '', environment: null, action: null, theme: '', services } as const;
  return codes.map((code) => runbookFor(estate, { ...asked, code })?.name).find((name) => name !== undefined);
}

function ownerAnswer(estate: Estate, owner: string | undefined): readonly Answer[] {
  const team = estate.teams.find(({ name }) => name === owner);
  const isTold = team !== undefined && (team.contact !== undefined || team.notify.length > 0);
  return [
    {
      watch: 'alert',
      what: isTold ? `told to ${team.name}` : undefined,
      how: 'Give its team a `contact` or `notify`.',
    },
    { watch: 'owner', what: owner, how: 'Name a team: `owner: …`.' },
  ];
}

function indicatorOf(service: BusinessService, environments: readonly Environment[]): string | undefined {
  const kind = backlogKindOf(service);
  if (kind !== undefined && environments.some(isRead)) return `backlog (${kind})`;
  const isLogged = environments.some(({ connect }) => connect.log !== undefined);
  return isLogged && service.process !== undefined ? 'latency of its requests' : undefined;
}

/** Business services: a journey that proves each, its figures, promises, who is told and what to do. */
export function serviceCoverage(estate: Estate): readonly CoverageItem[] {
  return estate.services.map((service) => {
    const environments = estate.environments.filter(({ name }) => service.environments.includes(name));
    const isReached = environments.some(({ connect }) => connect.odoo !== undefined);
    const specs = environments
      .flatMap((environment) => objectivesOf(estate, environment))
      .filter(({ service: name, signal }) => name === service.name && signal.kind !== 'none');
    return itemOf({ subject: 'service', name: service.name, environment: null }, [
      {
        watch: 'journey',
        what: isReached ? service.journey : undefined,
        how:
          service.journey === undefined
            ? 'Declare the `journey` that proves it (`plimsoll journey list`).'
            : 'Declare `connect: { odoo }` of its environments: the journey runs nowhere.',
      },
      {
        watch: 'indicator',
        what: indicatorOf(service, environments),
        how: 'Name the `process` that it supports, and declare `connect: { postgres }` of its environments.',
      },
      {
        watch: 'objective',
        what: listed([...new Set(specs.map(({ promise }) => promise))]),
        how: 'Promise something: `objectives: [{ availability: 99.5% }]`.',
      },
      ...ownerAnswer(estate, service.owner),
      {
        watch: 'runbook',
        what: runbookOf(estate, ['BUDGET_BURNS', 'CUT_OFF_AT_RISK', 'JOURNEY_FAILED'], [service.name]),
        how: `Write a Runbook with \`services: [${service.name}]\`.`,
      },
    ]);
  });
}

function cutOffsOf(estate: Estate, site: Site): readonly string[] {
  const named = estate.services.flatMap(({ objectives }) =>
    objectives.flatMap(({ backlog }) => backlog?.clearBefore ?? []),
  );
  return site.calendar
    .filter(({ kind, service, name }) => (kind === 'cut-off' && service !== undefined) || named.includes(name))
    .map(({ name }) => name);
}

/** Sites: whether their work is counted, and forecast against a cut-off. */
export function siteCoverage(estate: Estate): readonly CoverageItem[] {
  return estate.sites.map((site) => {
    const environments = estate.environments.filter(({ sites }) => sites.some(({ name }) => name === site.name));
    const read = environments.filter(isRead).map(({ name }) => name);
    return itemOf({ subject: 'site', name: site.name, environment: null }, [
      {
        watch: 'indicator',
        what: read.length === 0 ? undefined : `backlog in ${read.join(', ')}`,
        how:
          environments.length === 0
            ? 'Name it under `sites` of an environment.'
            : 'Declare `connect: { postgres }` of its environments.',
      },
      {
        watch: 'alert',
        what: listed(cutOffsOf(estate, site)),
        how: 'Declare its cut-offs, each with the `service` that must be done before it.',
      },
    ]);
  });
}

function usersOf(estate: Estate, { name, services }: Integration): readonly string[] {
  const dependent = estate.services.filter(({ dependsOn }) => dependsOn.includes(`integration/${name}`));
  return [...new Set([...services, ...dependent.map((service) => service.name)])];
}

/** Integrations: whether exchanges are counted and promised. Odoo's core keeps no record of calls, so only what they leave tells. */
export function integrationCoverage(estate: Estate): readonly CoverageItem[] {
  return estate.integrations.map((integration) => {
    const { name, owner } = integration;
    const own = estate.services.flatMap(({ objectives }) =>
      objectives.flatMap(({ integration: promised }) => (promised?.name === name ? [promised] : [])),
    );
    const isShipping = estate.environments.some((each) => integration.environments.includes(each.name) && isRead(each));
    const carriers = own.map(({ carrierType }) => carrierType);
    return itemOf({ subject: 'integration', name, environment: null }, [
      {
        watch: 'indicator',
        what:
          carriers.length > 0 && isShipping
            ? `deliveries of ${carriers.join(', ')} with a tracking reference`
            : undefined,
        how: 'For a carrier, promise its success with its `carrierType`; other exchanges leave nothing in Odoo that tells.',
      },
      {
        watch: 'objective',
        what: listed(own.map(({ successRatio }) => `${successRatio * 100}% succeed`)),
        how: `Promise it in a service: \`{ integration: { name: ${name}, success: 99% } }\`.`,
      },
      ...ownerAnswer(estate, owner),
      {
        watch: 'runbook',
        what: runbookOf(estate, ['CARRIER_CALL_FAILED'], usersOf(estate, integration)),
        how: 'Write a Runbook for the services that use it.',
      },
    ]);
  });
}
