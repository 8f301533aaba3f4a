import type { Environment, Estate, Runbook } from '../estate/index.ts';
import type { AlertSignal } from './signal.ts';

/** Who answers, and by what. */
export interface Response {
  readonly owner: string | null;
  readonly runbook: string | null;
  /** What to do, in order; empty where nobody has said. */
  readonly steps: readonly string[];
}

type Asked = Pick<AlertSignal, 'source' | 'code' | 'services' | 'subject' | 'environment' | 'action' | 'theme'>;

/** The runbook that answers: one for its code and one of its services, else for its code, else for its services. */
export function runbookFor(estate: Pick<Estate, 'runbooks'>, { code, services }: Asked): Runbook | undefined {
  const byCode = estate.runbooks.filter(({ when }) => when.includes(code));
  const servesAny = (runbook: Runbook): boolean => runbook.services.some((name) => services.includes(name));
  return (
    byCode.find(servesAny) ??
    byCode[0] ??
    estate.runbooks.find((runbook) => runbook.when.length === 0 && servesAny(runbook))
  );
}

function serviceOwner(estate: Pick<Estate, 'services'>, services: readonly string[]): string | undefined {
  const ladder = ['critical', 'high', 'medium', 'low'];
  return estate.services
    .filter(({ name, owner }) => services.includes(name) && owner !== undefined)
    .toSorted((a, b) => ladder.indexOf(a.criticality) - ladder.indexOf(b.criticality))[0]?.owner;
}

/**
 * Who is asked first. What breaks in a system goes to who runs it; what a floor will miss or a promise loses goes to who
 * answers for the service; a partner to who answers for the link.
 */
export function ownerOf(
  estate: Pick<Estate, 'services' | 'integrations'>,
  environment: Pick<Environment, 'owner'> | undefined,
  signal: Asked,
): string | null {
  const integration = estate.integrations.find(({ name }) => signal.theme === `partner/${name}`);
  const ofService = serviceOwner(estate, signal.services);
  const isOfSystem = signal.source === 'health' || signal.source === 'finding';
  const inOrder = isOfSystem ? [environment?.owner, ofService] : [ofService, environment?.owner];
  return [integration?.owner, ...inOrder].find((each) => each !== undefined) ?? null;
}

/** Owner, runbook and what to do of a signal (SLO-06). */
export function responseTo(
  estate: Pick<Estate, 'services' | 'integrations' | 'runbooks'>,
  environment: Pick<Environment, 'owner'> | undefined,
  signal: Asked,
): Response {
  const runbook = runbookFor(estate, signal);
  const steps = runbook?.steps.map(({ text }) => text) ?? (signal.action === null ? [] : [signal.action]);
  return {
    owner: ownerOf(estate, environment, signal) ?? runbook?.owner ?? null,
    runbook: runbook?.name ?? null,
    steps,
  };
}
