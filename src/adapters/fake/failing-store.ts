import { Fault } from '../../core/kernel/index.ts';
import type { Store } from '../../ports/store.ts';

type Method = (...given: never[]) => Promise<unknown>;

/** The part with every question refused while it fails. */
function failing<Part extends object>(part: Part, isFailing: () => boolean): Part {
  const entries = Object.entries(part as Record<string, Method>).map(([name, ask]) => [
    name,
    async (...given: never[]): Promise<unknown> => {
      if (isFailing()) throw new Fault('STORE_UNREACHABLE', 'The made-up store does not answer.');
      return ask(...given);
    },
  ]);
  return Object.fromEntries(entries) as Part;
}

/** A store that can be made to stop answering, to see what its callers make of it. */
export function createFailingStore(store: Store, isFailing: () => boolean): Store {
  return {
    ...store,
    ledger: failing(store.ledger, isFailing),
    findings: failing(store.findings, isFailing),
    health: failing(store.health, isFailing),
    journeys: failing(store.journeys, isFailing),
    objectives: failing(store.objectives, isFailing),
    drills: failing(store.drills, isFailing),
    backups: failing(store.backups, isFailing),
    lifecycle: failing(store.lifecycle, isFailing),
    tokens: failing(store.tokens, isFailing),
  };
}
