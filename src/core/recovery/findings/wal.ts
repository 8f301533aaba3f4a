import { formatDuration } from '../../kernel/index.ts';
import type { FindingDraft } from '../../observe/index.ts';
import { draft, graver, say, secondsBetween } from './draft.ts';
import { isFailing, type RecoveryView, type WalState } from './view.ts';

/** Gaps in the chain of archived WAL, and an archive that does not take any (BKP-03). */
export function walFindings(view: RecoveryView): readonly FindingDraft[] {
  const { environment, wal } = view;
  if (environment.backup.method !== 'physical' || wal === undefined || !view.plan.archivesWal) return [];
  return [...gaps(view, wal), ...failing(view, wal)];
}

function gaps({ environment }: RecoveryView, wal: WalState): readonly FindingDraft[] {
  const [first] = wal.gaps;
  if (first === undefined) return [];
  const missing = wal.gaps.reduce((total, { segments }) => total + segments, 0);
  const range = first.first === first.last ? first.first : `${first.first} to ${first.last}`;
  return [
    draft(environment, {
      code: 'WAL_GAP',
      severity: graver(environment),
      subject: first.first,
      reason: `${missing === 1 ? 'A WAL segment is' : `${missing} WAL segments are`} missing from the archive (${range}): nothing after ${wal.reaches ?? 'the backup itself'} can be reached.`,
      action: `Run \`plimsoll backup run ${environment.name}\` now: a new backup begins a new chain.`,
      evidence: {
        missing,
        first: first.first,
        last: wal.gaps.at(-1)?.last ?? first.last,
        reaches: wal.reaches ?? null,
      },
    }),
  ];
}

function failing({ environment, now }: RecoveryView, wal: WalState): readonly FindingDraft[] {
  const { lastArchivedAt, lastFailedAt, failedCount, waitingSegments, isArchiving } = wal;
  const evidence = {
    failures: failedCount,
    waitingSegments,
    lastArchivedAt: lastArchivedAt?.toString() ?? null,
    lastFailedAt: lastFailedAt?.toString() ?? null,
  };
  if (!isArchiving) {
    return [
      draft(environment, {
        code: 'WAL_ARCHIVE_OFF',
        severity: graver(environment),
        subject: 'wal',
        reason: `${environment.name} relies on archived WAL, and its PostgreSQL does not archive.`,
        action: 'Set `archive_mode` and `archive_command` again: `plimsoll up` writes them.',
        evidence,
      }),
    ];
  }
  if (!isFailing(wal)) return [];
  const silence = lastArchivedAt === undefined ? undefined : secondsBetween(lastArchivedAt, now);
  const since = lastArchivedAt === undefined ? 'never' : `not since ${say(lastArchivedAt)}`;
  const rpo = environment.objectives.rpoSeconds;
  return [
    draft(environment, {
      code: 'WAL_ARCHIVE_FAILING',
      severity: rpo !== undefined && (silence ?? rpo) >= rpo ? graver(environment) : 'warning',
      subject: 'wal',
      reason: `WAL of ${environment.name} was archived ${since}: ${failedCount} attempts failed, ${waitingSegments} segments wait${silence === undefined ? '' : ` (${formatDuration(silence)})`}.`,
      action:
        'Look whether the repository can be reached and has room; PostgreSQL keeps the segments and its disk fills.',
      evidence,
    }),
  ];
}
