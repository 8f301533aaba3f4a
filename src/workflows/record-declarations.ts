import { declarationChanges, type Estate } from '../core/estate/index.ts';
import type { Actor } from '../core/ledger/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';

const type = 'environment.declaration-changed';
const rememberedEntries = 50;

/** Writes down which environments are declared anew, once, so that it stands in their timelines (OBS-07). */
export async function recordDeclarations(
  { store, clock }: { readonly store: Store; readonly clock: Pick<Clock, 'now'> },
  before: Estate,
  after: Estate,
  actor: Actor,
): Promise<void> {
  for (const { environment, parts, fingerprint } of declarationChanges(before, after)) {
    await store.transaction(async (inside) => {
      // Held to the end of the transaction, as for every step of its lifecycle.
      await inside.lifecycle.get(environment);
      const subject = `environment/${environment}`;
      const entries = await inside.ledger.tail({ subject, limit: rememberedEntries });
      const newest = entries.findLast((entry) => entry.type === type);
      // Several controllers read the same files: the first that sees a change writes it.
      if (newest?.data['fingerprint'] === fingerprint) return;
      const data = { parts: [...parts], fingerprint, reason: `declared anew: ${parts.join(', ')}` };
      await inside.ledger.append({ actor, type, subject, data }, clock.now());
    });
  }
}
