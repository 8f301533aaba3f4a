import type { Estate } from '../estate/index.ts';
import { healthCodes } from '../observe/index.ts';
import { ownerOf, runbookFor } from './responders.ts';

/** Something that is watched although nobody is told, or nobody knows what to do then. */
export interface Unanswered {
  readonly code: string;
  /** An environment, or a service in one. */
  readonly about: string;
  readonly lacks: readonly ('owner' | 'runbook')[];
}

type Relevant = Pick<Estate, 'environments' | 'services' | 'integrations' | 'runbooks'>;

/** Everything that can signal in an estate, without an owner or a runbook (OPM-07). Production first asks for both. */
export function unansweredSignals(estate: Relevant): readonly Unanswered[] {
  const watched = estate.environments.filter(
    ({ connect }) => connect.odoo !== undefined || connect.postgres !== undefined,
  );
  const ofHealth = watched.flatMap((environment) => {
    const services = estate.services
      .filter((each) => each.environments.includes(environment.name))
      .map(({ name }) => name);
    return healthCodes.map((code) => lacking(estate, environment, code, environment.name, services, 'health'));
  });
  const ofPromises = estate.services
    .filter(({ objectives }) => objectives.length > 0)
    .map((service) => {
      const environment = estate.environments.find(({ name }) => service.environments.includes(name));
      return lacking(estate, environment, 'BUDGET_BURNS', service.name, [service.name], 'burn');
    });
  const ofBacklogs = estate.services
    .filter(({ objectives }) => objectives.some(({ backlog }) => backlog !== undefined))
    .map((service) => {
      const environment = estate.environments.find(({ name }) => service.environments.includes(name));
      return lacking(estate, environment, 'CUT_OFF_AT_RISK', service.name, [service.name], 'forecast');
    });
  return [...ofHealth, ...ofBacklogs, ...ofPromises].filter(({ lacks }) => lacks.length > 0);
}

function lacking(
  estate: Relevant,
  environment: Estate['environments'][number] | undefined,
  code: string,
  about: string,
  services: readonly string[],
  source: 'health' | 'forecast' | 'burn',
): Unanswered {
  const signal = {
    source,
    code,
    services,
    subject: about,
    environment: environment?.name ?? null,
    action: null,
    theme: '',
  };
  const runbook = runbookFor(estate, signal);
  const owner = ownerOf(estate, environment, signal) ?? runbook?.owner ?? null;
  return {
    code,
    about,
    lacks: [...(owner === null ? (['owner'] as const) : []), ...(runbook === undefined ? (['runbook'] as const) : [])],
  };
}
