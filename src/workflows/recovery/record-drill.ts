import type { Environment } from '../../core/estate/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import { type DrillReport, drillEvidence } from '../../core/recovery/index.ts';
import type { EvidenceSigner } from '../../ports/evidence-signer.ts';
import type { Store } from '../../ports/store.ts';
import type { DrillDependencies } from './dependencies.ts';
import { type DrillOptions, runDrill } from './drill.ts';
import { knownRestores } from './known-restores.ts';

export interface RecordedDrillDependencies extends DrillDependencies {
  readonly store: Store;
  readonly signer: EvidenceSigner;
  readonly actor: Actor;
}

/**
 * Drills and records: the report, and a signed statement in the ledger that expires when the next drill is due, become true
 * together. A drill that said nothing is recorded as well, and is evidence of nothing.
 */
export async function runRecordedDrill(
  deps: RecordedDrillDependencies,
  environment: Environment,
  options: DrillOptions = {},
): Promise<DrillReport> {
  const { store, signer, actor, clock } = deps;
  const restores = await knownRestores(store, environment.name);
  const report = await runDrill(deps, environment, { restores, ...options });
  const { statement, text } = drillEvidence(report, environment.tier.recovery.drillEverySeconds);
  const isEvidence = report.verdict !== 'inconclusive';
  const signature = isEvidence ? { keyId: signer.keyId, signature: signer.sign(text) } : {};
  const subject = `environment/${environment.name}`;
  await store.transaction(async (inside) => {
    await inside.drills.record(report);
    const data = { statement, ...signature };
    await inside.ledger.append({ actor, type: `drill.${report.verdict}`, subject, data }, clock.now());
  });
  return report;
}
