import type { OdooMajor } from '../../observe/index.ts';
import type { DrillCheck } from '../drill.ts';

/** The most culprits that a check names: it tells people where to look, and is no list of a million rows. */
export const namedCulprits = 10;

/**
 * Something that holds in a sound Odoo database, as a question for what breaks it. The answer has one row per culprit:
 * `culprit` as text, and `total`, how many there are in all; no row where it holds.
 */
export interface Invariant {
  readonly name: string;
  /** The module whose tables it reads: elsewhere it says nothing. */
  readonly module: string;
  readonly versions: readonly OdooMajor[];
  /** Versions on which it ran against the real Odoo, sound and broken on purpose. */
  readonly proven: readonly OdooMajor[];
  /** What is true where no row answers. */
  readonly holds: string;
  /** What is wrong, after a number of culprits. */
  readonly breaks: string;
  readonly sql: string;
}

/** A row of an invariant's answer. */
export interface Violation {
  readonly total: number;
  readonly culprit: string;
}

/** What the answer of an invariant means. */
export function judgeInvariant(invariant: Invariant, violations: readonly Violation[]): DrillCheck {
  const { name, holds, breaks } = invariant;
  const total = violations[0]?.total ?? 0;
  if (total === 0) return { name, outcome: 'passed', detail: holds, evidence: [] };
  const evidence = violations.slice(0, namedCulprits).map(({ culprit }) => culprit);
  return { name, outcome: 'failed', detail: `${total} ${breaks}`, evidence };
}

/** An invariant that does not apply: its module is not there, or its SQL is not for this version. */
export function notApplicable(invariant: Invariant, why: string): DrillCheck {
  return { name: invariant.name, outcome: 'not-applicable', detail: why, evidence: [] };
}
