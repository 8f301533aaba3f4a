import type { Environment } from '../../../core/estate/index.ts';
import { installJourneys, isSetUp } from '../../../workflows/journeys/install-journeys.ts';
import { journeyParts, openOdooAccess } from '../../wire-odoo.ts';
import type { CommandContext } from '../command.ts';
import type { Progress } from '../progress.ts';

/**
 * Sets up the synthetic company where the estate agrees that journeys write, once: a key of theirs says it was done, and
 * so must Odoo, for the key may have outlived the database.
 */
export async function ensureJourneys(
  environment: Environment,
  progress: Progress,
  { settings, signal }: CommandContext,
): Promise<void> {
  if (!environment.journeys.writes) return;
  const odoo = openOdooAccess(settings);
  try {
    const parts = journeyParts(settings, odoo);
    const hasKey = (await parts.keys.read(environment.name)) !== undefined;
    if (hasKey && (await isSetUp(odoo, environment, signal))) return;
    const display = progress.step({
      title: 'Set up the synthetic company',
      why: 'journeys prove the business there, apart from real stock, numbers and reports',
      expectedSeconds: 20,
    });
    try {
      await installJourneys(parts, environment, { signal, onStep: (detail) => display.update({ detail }) });
      display.done();
    } catch (error) {
      display.failed();
      throw error;
    }
  } finally {
    odoo.close();
  }
}
