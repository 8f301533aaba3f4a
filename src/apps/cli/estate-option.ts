import type { Environment, Estate } from '../../core/estate/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import { estateDirectory } from '../estate-directory.ts';
import type { Settings } from '../settings.ts';
import { requireEstate } from '../wire-estate.ts';
import type { CommandOptions } from './command.ts';

export { estateOption } from '../estate-directory.ts';

/** The estate that the option names. Throws ESTATE_UNREADABLE or ESTATE_INVALID. */
export async function estateFrom(options: CommandOptions, settings: Settings): Promise<Estate> {
  return requireEstate(await estateDirectory(options['estate'], settings.stateDirectory));
}

/** The environment of that name. Throws ENVIRONMENT_UNKNOWN with the names there are. */
export function environmentIn(estate: Estate, name: string): Environment {
  const found = estate.environments.find((environment) => environment.name === name);
  if (found !== undefined) return found;
  const names = estate.environments.map((environment) => environment.name).join(', ');
  throw new Fault('ENVIRONMENT_UNKNOWN', `${estate.name} has no environment ${name}; it has ${names || 'none'}.`, {
    details: { environment: name },
  });
}
