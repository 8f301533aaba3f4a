import { randomUUID } from 'node:crypto';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { createNotifier } from '../adapters/notify/notifier.ts';
import { createLocalSecrets } from '../adapters/secrets/local-secrets.ts';
import type { Estate } from '../core/estate/index.ts';
import type { Coordination } from '../ports/coordination.ts';
import type { SampleStore } from '../ports/sample-store.ts';
import { resolveText } from '../ports/secrets.ts';
import type { Store } from '../ports/store.ts';
import { type AlertingDeps, runAlerting } from '../workflows/alert/run.ts';
import type { Settings } from './settings.ts';

interface AlertParts {
  readonly settings: Settings;
  readonly store: Store;
  readonly samples: SampleStore;
  readonly coordination: Coordination;
  readonly estate: () => Estate;
  readonly me: string;
  readonly log: AlertingDeps['log'];
}

/** Alerting beside the controller: looks in turn with other controllers, and messages to whoever must know. */
export function wireAlerting({ settings, ...parts }: AlertParts): { run(signal: AbortSignal): Promise<void> } {
  const secrets = createLocalSecrets(settings);
  const deps: AlertingDeps = {
    ...parts,
    clock: systemClock,
    notifier: createNotifier((value) => resolveText(secrets, value)),
    newId: randomUUID,
    actor: { kind: 'controller', name: 'alerting' },
  };
  return { run: (signal) => runAlerting(deps, signal) };
}
