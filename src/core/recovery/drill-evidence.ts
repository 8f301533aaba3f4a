import type { Seconds } from '../kernel/index.ts';
import { canonicalJson, type LedgerData } from '../ledger/index.ts';
import type { DrillReport } from './drill.ts';
import { reasonOf } from './drill-verdict.ts';

/** What a drill proves, until when: the statement that is signed. */
export interface DrillEvidence {
  readonly statement: LedgerData;
  /** The exact text that a signature is over. */
  readonly text: string;
  readonly expiresAt: Temporal.Instant;
}

/** States what a drill has shown. It counts until the next drill is due, and no longer. */
export function drillEvidence(report: DrillReport, drillEverySeconds: Seconds): DrillEvidence {
  const expiresAt = report.finishedAt.add({ milliseconds: Math.round(drillEverySeconds * 1_000) });
  const failed = report.checks.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
  const statement: LedgerData = {
    kind: 'drill',
    drill: report.id,
    environment: report.environment,
    backup: report.backup,
    verdict: report.verdict,
    reasons: [...report.reasons],
    failed,
    warnings: report.checks.filter(({ outcome }) => outcome === 'warning').map(reasonOf),
    rpoAchievedSeconds: report.rpoAchievedSeconds,
    rtoAchievedSeconds: report.rtoAchievedSeconds,
    startedAt: report.startedAt.toString(),
    finishedAt: report.finishedAt.toString(),
    expiresAt: expiresAt.toString(),
  };
  return { statement, text: canonicalJson(statement), expiresAt };
}
