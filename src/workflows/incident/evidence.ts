import { recordNamed } from '../../core/incident/index.ts';
import { type Refusal, refuse } from '../../core/kernel/index.ts';
import type { Store } from '../../ports/store.ts';

/** Whether a record that evidence names is there; a copy in a repository is not looked for, and an address is not opened. */
async function isThere(store: Store, kind: string, id: string): Promise<boolean> {
  switch (kind) {
    case 'ledger': {
      const sequence = Number(id);
      if (!Number.isSafeInteger(sequence) || sequence < 1) return false;
      const [entry] = await store.ledger.read({ afterSequence: sequence - 1, limit: 1 });
      return entry?.sequence === sequence;
    }
    case 'drill':
      return (await store.drills.get(id)) !== undefined;
    case 'finding':
      return (await store.findings.get(id)) !== undefined;
    case 'alert':
      return (await store.alerts.get(id)) !== undefined;
    case 'journey':
      return (await store.journeys.get(id)) !== undefined;
    default:
      return true;
  }
}

/** Why evidence shows nothing: it names a record of ours that does not exist (INC-06). */
export async function checkEvidence(store: Store, evidence: string): Promise<Refusal | undefined> {
  const named = recordNamed(evidence);
  if (named === undefined || (await isThere(store, named.kind, named.id))) return undefined;
  return refuse({
    code: 'EVIDENCE_UNKNOWN',
    message: `There is no ${named.kind} ${named.id}.`,
    hint: 'Give a record that is there: `plimsoll ledger tail` and `plimsoll drill list` show their numbers.',
  });
}
