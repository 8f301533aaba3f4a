import type { Environment } from '../../estate/index.ts';
import type { FindingDraft, FindingSeverity } from '../../observe/index.ts';

/** What a recovery finding says; the environment and the key are added. */
export interface RecoveryFinding {
  readonly code: string;
  readonly severity: FindingSeverity;
  /** What it is about within the environment: a backup, a repository, a WAL segment … */
  readonly subject: string;
  readonly reason: string;
  readonly action: string;
  readonly evidence: FindingDraft['evidence'];
}

/** A finding of an environment, recognisable by its code and subject. */
export function draft(environment: Environment, finding: RecoveryFinding): FindingDraft {
  return {
    key: `${finding.code}/${environment.name}/${finding.subject}`,
    code: finding.code,
    severity: finding.severity,
    environment: environment.name,
    subject: finding.subject,
    reason: finding.reason,
    action: finding.action,
    evidence: finding.evidence,
  };
}

/** Production is what a business stands still without. */
export function graver(environment: Environment): FindingSeverity {
  return environment.serviceClass === 'production' ? 'critical' : 'warning';
}

/** Seconds from one instant to a later one. */
export function secondsBetween(from: Temporal.Instant, to: Temporal.Instant): number {
  return to.since(from).total('seconds');
}

/** An instant as sentences say it. */
export function say(at: Temporal.Instant): string {
  return `${at.toString({ smallestUnit: 'minute' }).replace('T', ' ').replace('Z', '')} UTC`;
}
