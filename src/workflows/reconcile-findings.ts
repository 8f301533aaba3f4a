import type { Actor } from '../core/ledger/index.ts';
import type { FindingDraft } from '../core/observe/index.ts';
import type { FindingChanges, Store } from '../ports/store.ts';

/** Makes the open findings of a scope those given. What opens and what closes is in the ledger, in the same transaction. */
export async function reconcileFindings(
  store: Store,
  scope: { readonly source: string; readonly environment: string | null },
  drafts: readonly FindingDraft[],
  actor: Actor,
  now: Temporal.Instant,
): Promise<FindingChanges> {
  return store.transaction(async (inside) => {
    const changes = await inside.findings.reconcile(scope, drafts, now);
    const entries = [
      ...changes.opened.map((finding) => ({ finding, type: 'finding.opened' })),
      ...changes.closed.map((finding) => ({ finding, type: 'finding.closed' })),
    ];
    for (const { finding, type } of entries) {
      const data = {
        environment: finding.environment,
        code: finding.code,
        severity: finding.severity,
        about: finding.subject,
        reason: finding.reason,
      };
      await inside.ledger.append({ actor, type, subject: `finding/${finding.id}`, data }, now);
    }
    return changes;
  });
}
