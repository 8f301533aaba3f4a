import type { Environment } from '../../core/estate/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { ServerDeps } from './deps.ts';

/** The declared environment of that name. Throws ENVIRONMENT_UNKNOWN. */
export function findEnvironment(deps: ServerDeps, name: string): Environment {
  const found = deps.estate().estate.environments.find((environment) => environment.name === name);
  if (found === undefined) throw new Fault('ENVIRONMENT_UNKNOWN', `The estate declares no environment ${name}.`);
  return found;
}
