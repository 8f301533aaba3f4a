import { formatDuration } from '../../kernel/index.ts';
import type { FindingDraft } from '../../observe/index.ts';
import { goodAttempts } from '../attempt.ts';
import type { DrillReport } from '../drill.ts';
import { reasonOf } from '../drill-verdict.ts';
import { conclusiveDrills, evidenceExpiresAt } from '../plan/drill-plan.ts';
import { draft, graver, say, secondsBetween } from './draft.ts';
import type { RecoveryView } from './view.ts';

/** Whether restores are proven, still proven, and fast enough (RST-01, RST-04). */
export function proofFindings(view: RecoveryView): readonly FindingDraft[] {
  const drills = conclusiveDrills(view.drills, view.now);
  const last = drills.at(-1);
  return last === undefined
    ? neverDrilled(view)
    : [
        ...notRecoverable(view, last),
        ...overdue(view, last),
        ...unverified(view, drills),
        ...missed(view, last),
        ...warned(view, last),
      ];
}

function neverDrilled({ environment, history, now }: RecoveryView): readonly FindingDraft[] {
  const first = goodAttempts(history)[0];
  if (first === undefined) return [];
  const waited = secondsBetween(first.finishedAt, now);
  const every = environment.tier.recovery.drillEverySeconds;
  return [
    draft(environment, {
      code: waited > every ? 'DRILL_OVERDUE' : 'BACKUP_UNVERIFIED',
      severity: waited > every ? graver(environment) : 'warning',
      subject: 'drill',
      reason: `No drill has ever brought ${environment.name} back from a backup.`,
      action: `Run \`plimsoll drill run ${environment.name}\`.`,
      evidence: { drillEverySeconds: every, firstBackupAt: first.finishedAt.toString() },
    }),
  ];
}

function notRecoverable({ environment }: RecoveryView, last: DrillReport): readonly FindingDraft[] {
  if (last.verdict !== 'not-recoverable') return [];
  return [
    draft(environment, {
      code: 'BACKUP_NOT_RECOVERABLE',
      severity: graver(environment),
      subject: last.backup,
      reason: `The backup ${last.backup} had finished and did not come back: ${last.reasons.join('; ')}`,
      action: `Correct what the drill names, take a new backup and run \`plimsoll drill run ${environment.name}\` again.`,
      evidence: { drill: last.id, backup: last.backup, at: last.finishedAt.toString() },
    }),
  ];
}

function overdue({ environment, now }: RecoveryView, last: DrillReport): readonly FindingDraft[] {
  const every = environment.tier.recovery.drillEverySeconds;
  const expires = evidenceExpiresAt(last, every);
  if (Temporal.Instant.compare(now, expires) <= 0) return [];
  const late = secondsBetween(expires, now);
  return [
    draft(environment, {
      code: 'DRILL_OVERDUE',
      severity: late > every ? graver(environment) : 'warning',
      subject: 'drill',
      reason: `The last drill of ${environment.name} was at ${say(last.finishedAt)}; its proof expired ${formatDuration(late)} ago.`,
      action: `Run \`plimsoll drill run ${environment.name}\`.`,
      evidence: { drill: last.id, drillEverySeconds: every, expiredAt: expires.toString() },
    }),
  ];
}

function unverified({ environment }: RecoveryView, drills: readonly DrillReport[]): readonly FindingDraft[] {
  if (drills.some(({ verdict }) => verdict === 'verified')) return [];
  return [
    draft(environment, {
      code: 'BACKUP_UNVERIFIED',
      severity: graver(environment),
      subject: 'drill',
      reason: `${drills.length} drills of ${environment.name}, and none has brought it back.`,
      action: 'Treat it as having no backup until one has.',
      evidence: { drills: drills.length },
    }),
  ];
}

/** A copy that came back, and ran with something other than the backup would need. */
function warned({ environment }: RecoveryView, last: DrillReport): readonly FindingDraft[] {
  return last.checks
    .filter(({ outcome }) => outcome === 'warning')
    .map((check) =>
      draft(environment, {
        code: 'DRILL_WITH_RESERVATION',
        severity: 'warning',
        subject: check.name,
        reason: `The last drill of ${environment.name} proves its backup with a reservation: ${reasonOf(check)}.`,
        action: `Put right what it names, or take a new backup, and run \`plimsoll drill run ${environment.name}\`.`,
        evidence: { drill: last.id, backup: last.backup, check: check.name },
      }),
    );
}

function missed({ environment }: RecoveryView, last: DrillReport): readonly FindingDraft[] {
  if (last.verdict !== 'verified') return [];
  const { rpoSeconds, rtoSeconds } = environment.objectives;
  const figures = [
    ['RPO_MISSED', 'RPO', rpoSeconds, last.rpoAchievedSeconds, 'Back up more often, or archive WAL.'],
    ['RTO_MISSED', 'RTO', rtoSeconds, last.rtoAchievedSeconds, 'Look at the slowest phase of the drill first.'],
  ] as const;
  return figures.flatMap(([code, name, target, achieved, action]) => {
    if (target === undefined || achieved === null || achieved <= target) return [];
    return [
      draft(environment, {
        code,
        severity: 'warning',
        subject: 'drill',
        reason: `The last drill of ${environment.name} achieved an ${name} of ${formatDuration(achieved)}; the target is ${formatDuration(target)}.`,
        action,
        evidence: { drill: last.id, targetSeconds: target, achievedSeconds: Math.round(achieved) },
      }),
    ];
  });
}
