import type { Bytes } from '../kernel/index.ts';
import type { VerifyProblem, VerifyReport } from './verification.ts';

/** What the last check of a backup's content found, in one repository. */
export interface BackupCheck {
  readonly environment: string;
  readonly repository: string;
  readonly backup: string;
  readonly checkedAt: Temporal.Instant;
  readonly isIntact: boolean;
  readonly files: number;
  readonly bytes: Bytes;
  readonly problemCount: number;
  /** The first ones, without the attachments that they belong to: `backup verify` names those. */
  readonly problems: readonly Omit<VerifyProblem, 'attachments'>[];
}

const keptProblems = 20;

/** A report as it is kept. */
export function checkOf(report: VerifyReport, repository: string, checkedAt: Temporal.Instant): BackupCheck {
  const { environment, backup, isIntact, files, bytes, problemCount } = report;
  const problems = report.problems
    .slice(0, keptProblems)
    .map(({ what, name, state, detail }) => ({ what, name, state, detail }));
  return { environment, repository, backup, checkedAt, isIntact, files, bytes, problemCount, problems };
}
