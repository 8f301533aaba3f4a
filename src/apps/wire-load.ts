import { readFile } from 'node:fs/promises';
import { systemClock } from '../adapters/clock/system-clock.ts';
import type { Environment } from '../core/estate/index.ts';
import { type Diagnostic, Fault } from '../core/kernel/index.ts';
import { type LoadProfile, parseProfile } from '../core/load/index.ts';
import type { OdooAccess } from '../ports/odoo-access.ts';
import type { LoadDependencies } from '../workflows/load/run-load.ts';

const longestProfile = 65_536;

/** Reads a load profile. Throws SETTING_INVALID for a file that cannot be read; what is wrong inside are diagnostics. */
export async function readProfile(
  file: string,
): Promise<{ readonly profile: LoadProfile | undefined; readonly diagnostics: readonly Diagnostic[] }> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Fault('SETTING_INVALID', `--profile ${file}: it cannot be read (${error.code ?? 'unknown'})`, {
      cause: error,
    });
  });
  if (text.length > longestProfile)
    throw new Fault('SETTING_INVALID', `--profile ${file}: longer than ${longestProfile} characters`);
  return parseProfile(file, text);
}

/** What a load needs, as the user whose API key the estate names. */
export async function loadParts(odoo: OdooAccess, environment: Environment): Promise<LoadDependencies> {
  return { clock: systemClock, rpc: await odoo.operator(environment) };
}
