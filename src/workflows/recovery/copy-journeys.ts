import type { Environment } from '../../core/estate/index.ts';
import { journeys as catalogue, type JourneyRun } from '../../core/journey/index.ts';
import { createSecret, type Secret } from '../../core/kernel/index.ts';
import type { JourneyKeyStore } from '../../ports/journey-key-store.ts';
import type { OdooAccess } from '../../ports/odoo-access.ts';
import type { JourneyDependencies } from '../journeys/dependencies.ts';
import { installJourneys } from '../journeys/install-journeys.ts';
import { runJourney } from '../journeys/run-journey.ts';
import type { DrillDependencies, RecoveryOptions } from './dependencies.ts';

/** Keys live and die with the copy. */
function keysOfCopy(): JourneyKeyStore {
  const keys = new Map<string, Secret>();
  return {
    read: async (environment) => keys.get(environment),
    write: async (environment, key) => {
      const secret = createSecret('key of a restored copy', key);
      keys.set(environment, secret);
      return secret;
    },
  };
}

/**
 * Runs the journeys on a restored copy; nothing of it is recorded as the source's. They write only where the source's own
 * consent came back with the backup: the synthetic company, whose users get passwords of the copy's own.
 */
export async function runCopyJourneys(
  deps: Pick<DrillDependencies, 'clock'>,
  odoo: OdooAccess,
  environment: Environment,
  { signal, report, isInstalled }: RecoveryOptions & { readonly isInstalled: boolean },
): Promise<readonly JourneyRun[]> {
  const own: JourneyDependencies = {
    clock: deps.clock,
    odoo,
    keys: keysOfCopy(),
    journeys: { record: async () => {}, list: async () => [] },
    samples: { write: async () => {} },
  };
  const mayWrite = environment.journeys.writes && isInstalled;
  if (mayWrite) await installJourneys(own, environment, signal === undefined ? {} : { signal });
  const runs: JourneyRun[] = [];
  for (const { name, writes } of catalogue) {
    if (writes && !mayWrite) {
      const reason = 'there is no synthetic company in the backup, or the estate lets no journey write';
      runs.push(refused(environment.name, name, reason, deps.clock.now()));
      continue;
    }
    signal?.throwIfAborted();
    report({ phase: 'journeys', detail: name, doneBytes: 0, totalBytes: undefined });
    runs.push(await runJourney(own, environment, name, { signal }));
  }
  return runs;
}

function refused(environment: string, journey: string, reason: string, startedAt: Temporal.Instant): JourneyRun {
  const rest = { services: [], durationSeconds: 0, outcome: 'refused', reason, steps: [] } as const;
  return { id: `${environment}-${journey}`, environment, journey, startedAt, ...rest };
}
