import type { Seconds } from '../kernel/index.ts';

/** The phases of a drill, in order. */
export const drillPhases = [
  'fetch',
  'restore-database',
  'restore-filestore',
  'neutralise',
  'boot',
  'journeys',
  'invariants',
  'teardown',
] as const;
export type DrillPhase = (typeof drillPhases)[number];

/** One thing a drill looked at. `evidence` names the first culprits, never all of a million. */
export interface DrillCheck {
  /** `filestore.present`, `filestore.sha1`, `stock.quants-agree`, `accounting.balance`, `neutralised.crons` … */
  readonly name: string;
  /** `warning`: the copy serves, and was not proven as it will have to serve. */
  readonly outcome: 'passed' | 'failed' | 'not-applicable' | 'warning';
  readonly detail: string;
  readonly evidence: readonly string[];
}

/**
 * `verified`: a serving Odoo came back and every check passed. `not-recoverable`: the backup had finished, and what came back
 * is not a serving Odoo with its data. `inconclusive`: the drill itself could not be done (no disk, cancelled): says nothing.
 */
export type DrillVerdict = 'verified' | 'not-recoverable' | 'inconclusive';

/** What one drill showed. */
export interface DrillReport {
  readonly id: string;
  readonly environment: string;
  readonly backup: string;
  readonly startedAt: Temporal.Instant;
  readonly finishedAt: Temporal.Instant;
  readonly verdict: DrillVerdict;
  readonly reasons: readonly string[];
  readonly phases: readonly { readonly phase: DrillPhase; readonly seconds: Seconds }[];
  readonly checks: readonly DrillCheck[];
  /** Age of the last business row recovered, as of the start of the drill: what a loss at that moment would have cost. */
  readonly rpoAchievedSeconds: Seconds | null;
  /** From the start to a serving Odoo that passed its journeys; `null` where it never did. */
  readonly rtoAchievedSeconds: Seconds | null;
}
