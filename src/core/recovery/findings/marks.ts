import type { Environment } from '../../estate/index.ts';
import type { Seconds } from '../../kernel/index.ts';
import type { FindingDraft } from '../../observe/index.ts';
import { draft, graver } from './draft.ts';

/**
 * The files that came since the last physical backup are not continued: an instant of the log comes back, and what it names
 * does not. Graver once that has been so for longer than the RPO allows.
 */
export function filesNotContinued(environment: Environment, why: string, forSeconds: Seconds): FindingDraft {
  const { name, objectives } = environment;
  const isTooLong = objectives.rpoSeconds !== undefined && forSeconds >= objectives.rpoSeconds;
  return draft(environment, {
    code: 'FILES_NOT_CONTINUED',
    severity: isTooLong ? graver(environment) : 'warning',
    subject: 'filestore',
    reason: `Files that came to ${name} since its last backup are not kept, so that later instants come back without them: ${why}`,
    action: `Correct what it names; \`plimsoll backup mark ${name}\` tries again at once, and a new backup begins anew.`,
    evidence: { why },
  });
}
