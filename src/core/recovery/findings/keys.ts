import { formatDuration } from '../../kernel/index.ts';
import type { FindingDraft } from '../../observe/index.ts';
import { goodAttempts } from '../attempt.ts';
import { keyCheckDueAt } from '../key-check.ts';
import { draft, say } from './draft.ts';
import type { RecoveryView } from './view.ts';

/** The recovery procedure begins with a key that lies elsewhere: whether anybody has tried it, and lately (BKP-01). */
export function keyFindings({
  environment,
  history,
  keyCheck,
  now,
  repositories,
}: RecoveryView): readonly FindingDraft[] {
  // `undefined`: nobody looked.
  if (keyCheck === undefined) return [];
  const everySeconds = environment.thresholds.recoveryKeyCheckEverySeconds;
  const last = keyCheck ?? undefined;
  const dueAt = keyCheckDueAt({ last, firstBackupAt: goodAttempts(history)[0]?.finishedAt, everySeconds });
  if (dueAt === undefined || Temporal.Instant.compare(now, dueAt) < 0) return [];
  const several = repositories.length > 1 ? ` --repository ${repositories[0]?.repository.name}` : '';
  const reason =
    last === undefined
      ? `Nobody has ever tried whether the recovery key opens the backups of ${environment.name}.`
      : `The recovery key of ${environment.name} was last tried on ${say(last.at)} (${last.key}), more than ${formatDuration(everySeconds)} ago.`;
  return [
    draft(environment, {
      code: 'RECOVERY_KEY_UNCHECKED',
      severity: 'warning',
      subject: 'recovery-key',
      reason,
      action: `Where it is kept, run \`plimsoll backup keys check${several} --with file:/path/to/recovery-identity\`.`,
      evidence: { lastAt: last?.at.toString() ?? null, key: last?.key ?? null, everySeconds },
    }),
  ];
}
