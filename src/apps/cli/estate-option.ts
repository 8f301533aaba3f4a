import { existsSync } from 'node:fs';
import type { Environment, Estate } from '../../core/estate/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import { requireEstate } from '../wire-estate.ts';
import type { CommandOptions } from './command.ts';

const example = 'examples/northsea';

/** `--estate DIR`, for commander. */
export const estateOption = [
  '--estate <directory>',
  `the estate directory (default: ${example} in a checkout, else the working directory)`,
] as const;

/** The estate that the option names. Throws ESTATE_UNREADABLE or ESTATE_INVALID. */
export function estateFrom(options: CommandOptions): Promise<Estate> {
  const given = options['estate'];
  return requireEstate(typeof given === 'string' ? given : existsSync(example) ? example : '.');
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
