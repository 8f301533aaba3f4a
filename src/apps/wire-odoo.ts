import { systemClock } from '../adapters/clock/system-clock.ts';
import { createOdooAccess } from '../adapters/odoo/access.ts';
import { createFileJourneyKeys } from '../adapters/secrets/file-journey-keys.ts';
import { createLocalSecrets } from '../adapters/secrets/local-secrets.ts';
import type { Environment } from '../core/estate/index.ts';
import { Fault } from '../core/kernel/index.ts';
import type { OdooAccess } from '../ports/odoo-access.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { JourneyDependencies } from '../workflows/journeys/dependencies.ts';
import type { Settings } from './settings.ts';
import { requireEstate } from './wire-estate.ts';

/** Secrets as this machine resolves them. */
export function openSecrets(settings: Settings): Secrets {
  return createLocalSecrets({ environment: settings.environment, stateDirectory: settings.stateDirectory });
}

/** The ways into every environment's Odoo. Close it when done. */
export function openOdooAccess(settings: Settings): OdooAccess & { close(): void } {
  return createOdooAccess({ secrets: openSecrets(settings) });
}

/** What journeys need besides a store: the controller adds its own. */
export function journeyParts(
  settings: Settings,
  odoo: OdooAccess,
): Pick<JourneyDependencies, 'clock' | 'odoo' | 'keys'> {
  return { clock: systemClock, odoo, keys: createFileJourneyKeys(settings.stateDirectory) };
}

/** For a command that runs journeys itself: what it finds is its answer, and is kept nowhere. */
export function journeysWithoutStore(settings: Settings, odoo: OdooAccess): JourneyDependencies {
  return {
    ...journeyParts(settings, odoo),
    journeys: { record: async () => {}, list: async () => [] },
    samples: { write: async () => {} },
  };
}

/** A declared environment with the services that name it. Throws ENVIRONMENT_UNKNOWN with the names that exist. */
export async function requireEnvironment(
  directory: string,
  name: string,
): Promise<{ readonly environment: Environment; servicesOf(journey: string): readonly string[] }> {
  const estate = await requireEstate(directory);
  const environment = estate.environments.find((candidate) => candidate.name === name);
  if (environment === undefined) {
    const names = estate.environments.map((candidate) => candidate.name).join(', ') || 'none';
    throw new Fault('ENVIRONMENT_UNKNOWN', `${directory} declares no environment ${name}; there are: ${names}`);
  }
  return {
    environment,
    servicesOf: (journey) =>
      estate.services
        .filter((service) => service.journey === journey && service.environments.includes(name))
        .map((service) => service.name),
  };
}
