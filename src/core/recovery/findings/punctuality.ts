import { formatDuration, isDatedAhead } from '../../kernel/index.ts';
import type { FindingDraft } from '../../observe/index.ts';
import { goodAttempts } from '../attempt.ts';
import { unbackedSince } from '../plan/restores-in-place.ts';
import { firstPermitted, slotAt } from '../plan/slots.ts';
import { draft, graver, say, secondsBetween } from './draft.ts';
import { graceSeconds, isFailing, type RecoveryView } from './view.ts';

/** Backups that are missed, late or failed, plans that cannot be kept, and a recovery point that is too old (BKP-07). */
export function punctualityFindings(view: RecoveryView): readonly FindingDraft[] {
  const unbacked = unbackedSince(view.history, view.restoredAt, view.now);
  const ages = unbacked === undefined ? [...lateness(view), ...tooOld(view)] : sinceRestore(view, unbacked);
  return [...problems(view), ...failed(view), ...gone(view), ...hollow(view), ...ages];
}

/** Backups of which a clock that was ahead says a time that has not come yet: what is newest is not what says so. */
export function datedAheadFindings({ environment, history, now }: RecoveryView): readonly FindingDraft[] {
  const ahead = goodAttempts(history).filter(({ finishedAt }) => isDatedAhead(finishedAt, now));
  const last = ahead.at(-1);
  if (last === undefined) return [];
  const what = ahead.length === 1 ? 'A backup' : `${ahead.length} backups`;
  return [
    draft(environment, {
      code: 'BACKUP_DATED_AHEAD',
      severity: 'warning',
      subject: 'backup',
      reason: `${what} of ${environment.name} bears a time that has not come yet (${say(last.finishedAt)}): a clock was ahead. Until then it stands for the newest wherever backups are listed, and others are taken as if it were not there.`,
      action: `Set the clock of the machine right. Restore by \`--backup\`, and not by what is newest, until then; or withdraw it.`,
      evidence: { backup: last.id, ahead: ahead.length, at: last.finishedAt.toString() },
    }),
  ];
}

function problems({ environment, plan }: RecoveryView): readonly FindingDraft[] {
  return plan.problems.map(({ code, message, hint }) =>
    draft(environment, {
      code,
      severity: graver(environment),
      subject: 'backup',
      reason: message,
      action: hint,
      evidence: { declared: environment.backup.method, taken: plan.method ?? null },
    }),
  );
}

function failed({ environment, history }: RecoveryView): readonly FindingDraft[] {
  const ended = history.toSorted((a, b) => Temporal.Instant.compare(a.finishedAt, b.finishedAt));
  const sinceGood = ended.slice(ended.findLastIndex(({ outcome }) => outcome === 'good') + 1);
  const inARow = sinceGood.filter(({ outcome }) => outcome === 'failed');
  const last = inARow.at(-1);
  if (last === undefined) return [];
  const count = inARow.length === 1 ? 'The last backup' : `The last ${inARow.length} backups`;
  return [
    draft(environment, {
      code: 'BACKUP_FAILED',
      severity: inARow.length > 2 ? graver(environment) : 'warning',
      subject: 'backup',
      reason: `${count} of ${environment.name} failed, at ${say(last.finishedAt)}: ${last.detail}`,
      action: `Correct what it names, then run \`plimsoll backup run ${environment.name}\`.`,
      evidence: { attempt: last.id, failures: inARow.length, at: last.finishedAt.toString() },
    }),
  ];
}

function gone({ environment, gone: ids }: RecoveryView): readonly FindingDraft[] {
  const newest = ids.at(-1);
  if (newest === undefined) return [];
  const what = ids.length === 1 ? 'A backup' : `${ids.length} backups`;
  return [
    draft(environment, {
      code: 'BACKUP_GONE',
      severity: graver(environment),
      subject: 'backup',
      reason: `${what} of ${environment.name} had succeeded and cannot be found in the repository any more, the newest ${newest}; nobody withdrew it.`,
      action: `Find out who deleted it. When that is clear, \`plimsoll backup prune ${environment.name}\` takes note of it.`,
      evidence: { gone: ids.length, newest },
    }),
  ];
}

function hollow({ environment, hollow: ids, history }: RecoveryView): readonly FindingDraft[] {
  const newest = ids.at(-1);
  if (newest === undefined) return [];
  const what = ids.length === 1 ? 'A physical backup' : `${ids.length} physical backups`;
  const hasNewer = goodAttempts(history).some(({ id, method }) => method === 'physical' && id > newest);
  const next = hasNewer
    ? 'A newer one is whole.'
    : `A full one is taken; \`plimsoll backup run ${environment.name}\` does it now.`;
  return [
    draft(environment, {
      code: 'BACKUP_HOLLOW',
      severity: hasNewer ? 'warning' : graver(environment),
      subject: 'backup',
      reason: `${what} of ${environment.name} cannot be restored: the manifest is there, and what pgBackRest kept of the cluster is not. The newest is ${newest}.`,
      action: `Where pgBackRest's directory was moved, bring it back to its place. ${next}`,
      evidence: { hollow: ids.length, newest },
    }),
  ];
}

function lateness(view: RecoveryView): readonly FindingDraft[] {
  const { environment, now, plan, history } = view;
  if (plan.method === undefined) return [];
  const last = goodAttempts(history).at(-1);
  if (last === undefined) return [none(view)];
  const { start, end } = plan.slot;
  if (Temporal.Instant.compare(last.startedAt, start) >= 0) return [];
  const before = slotAt(environment, start.subtract({ seconds: 1 }));
  const wasPossible = firstPermitted(environment, environment.backup, before.start, before.end) !== undefined;
  const age = secondsBetween(last.startedAt, now);
  const evidence = {
    lastGood: last.id,
    lastGoodAt: last.startedAt.toString(),
    ageSeconds: Math.round(age),
    everySeconds: environment.backup.everySeconds,
    heldBy: plan.held?.why ?? null,
  };
  const held = plan.held === undefined ? '' : ` Now it is held back: ${plan.held.why}.`;
  if (wasPossible && Temporal.Instant.compare(last.startedAt, before.start) < 0) {
    return [
      draft(environment, {
        code: 'BACKUP_MISSED',
        severity: graver(environment),
        subject: 'backup',
        reason: `${environment.name} missed its backup of ${say(before.start)}; the last good one is ${formatDuration(age)} old.${held}`,
        action: `Run \`plimsoll backup run ${environment.name}\`, and look why the controller did not.`,
        evidence,
      }),
    ];
  }
  const begins = firstPermitted(environment, environment.backup, start, end);
  if (begins === undefined || plan.held !== undefined) return [];
  if (secondsBetween(begins, now) <= graceSeconds(environment.backup.everySeconds)) return [];
  return [
    draft(environment, {
      code: 'BACKUP_LATE',
      severity: 'warning',
      subject: 'backup',
      reason: `The backup of ${environment.name} that was due at ${say(begins)} is not there yet; the last good one is ${formatDuration(age)} old.`,
      action: 'Look at the controller and at running backups; a large one may simply still be under way.',
      evidence,
    }),
  ];
}

function none({ environment, plan }: RecoveryView): FindingDraft {
  const isFilestoreDeclared = environment.connect.filestore !== undefined;
  const held = plan.held === undefined ? '' : ` It is held back: ${plan.held.why}.`;
  return draft(environment, {
    code: 'BACKUP_NONE',
    severity: graver(environment),
    subject: 'backup',
    reason: `${environment.name} has no good backup at all.${isFilestoreDeclared ? held : ' None is taken either: its filestore is not declared, and a backup without the files is none.'}`,
    action: isFilestoreDeclared
      ? `Run \`plimsoll backup run ${environment.name}\`.`
      : 'Declare `connect: { filestore: { directory: … } }`.',
    evidence: { heldBy: plan.held?.why ?? null },
  });
}

/** Segments that are just being archived: more than these wait for something. */
const mostOnTheirWay = 2;

/** The age of what could be restored now, against the RPO: from the archived WAL where there is any, else from the last backup. */
function tooOld({ environment, now, history, wal, plan }: RecoveryView): readonly FindingDraft[] {
  const { rpoSeconds } = environment.objectives;
  const last = goodAttempts(history).at(-1)?.content?.databaseAt;
  if (rpoSeconds === undefined || last === undefined) return [];
  // A log that no physical backup begins brings nothing back.
  const follows = plan.archivesWal && wal?.isArchiving === true && wal.gaps.length === 0 && wal.reaches !== undefined;
  // A database in which nothing happens closes no segment: where few wait and none failed, nothing would be lost.
  if (follows && wal.waitingSegments <= mostOnTheirWay && !isFailing(wal)) return [];
  const archived = follows ? wal.lastArchivedAt : undefined;
  const point = archived !== undefined && Temporal.Instant.compare(archived, last) > 0 ? archived : last;
  const age = secondsBetween(point, now);
  if (age <= rpoSeconds) return [];
  return [
    draft(environment, {
      code: 'RECOVERY_POINT_TOO_OLD',
      severity: graver(environment),
      subject: 'backup',
      reason: `If ${environment.name} were lost now, ${formatDuration(age)} of work would be gone; its RPO is ${formatDuration(rpoSeconds)}.`,
      action:
        archived === undefined
          ? 'Back up more often, or archive WAL (`method: physical`).'
          : 'Look why WAL is not archived.',
      evidence: { recoveryPointAt: point.toString(), ageSeconds: Math.round(age), rpoSeconds },
    }),
  ];
}

/**
 * After a restore in place, older backups and the log that was archived say nothing of what is written since: until a backup
 * was taken, that is what would be gone.
 */
function sinceRestore(view: RecoveryView, restoredAt: Temporal.Instant): readonly FindingDraft[] {
  const { environment, now, plan } = view;
  if (goodAttempts(view.history).length === 0) return [none(view)];
  const { rpoSeconds } = environment.objectives;
  const age = secondsBetween(restoredAt, now);
  const held = plan.held === undefined ? '' : ` It is held back: ${plan.held.why}.`;
  const evidence = {
    restoredAt: restoredAt.toString(),
    recoveryPointAt: restoredAt.toString(),
    ageSeconds: Math.round(age),
    heldBy: plan.held?.why ?? null,
  };
  const what = `${environment.name} was restored in its place at ${say(restoredAt)}, and no backup was taken since`;
  const action = `Run \`plimsoll backup run ${environment.name}\`.`;
  if (rpoSeconds !== undefined && age > rpoSeconds) {
    const lost = `if it were lost now, ${formatDuration(age)} of work would be gone; its RPO is ${formatDuration(rpoSeconds)}`;
    const reason = `${what}: ${lost}.${held}`;
    const code = 'RECOVERY_POINT_TOO_OLD';
    return [
      draft(environment, {
        ...{ code, severity: graver(environment), subject: 'backup', reason, action },
        evidence: { ...evidence, rpoSeconds },
      }),
    ];
  }
  if (plan.method === undefined || plan.held !== undefined) return [];
  if (age <= graceSeconds(environment.backup.everySeconds)) return [];
  const reason = `${what}, although one is due at once after that.`;
  return [
    draft(environment, { code: 'BACKUP_LATE', severity: 'warning', subject: 'backup', reason, action, evidence }),
  ];
}
