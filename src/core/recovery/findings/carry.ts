import type { FindingDraft } from '../../observe/index.ts';
import type { RecoveryView } from './view.ts';

/** What only a look into the repository can show. */
const needsRepository: ReadonlySet<string> = new Set([
  'ATTACHMENTS_MISSING_AT_SOURCE',
  'BACKUP_CONTENT_DAMAGED',
  'BACKUP_COPY_MISSING',
  'BACKUP_COVERAGE_GAP',
  'BACKUP_EMPTY',
  'BACKUP_GONE',
  'BACKUP_NOT_TRUSTED',
  'BACKUP_PAIR_MISMATCHED',
  'BACKUP_SUSPICIOUSLY_SMALL',
  'BUCKET_EXPIRES_BACKUPS',
  'BUCKET_NOT_VERSIONED',
  'RECOVERY_POINT_TOO_OLD',
]);
/** What only PostgreSQL and its archive can say. */
const needsArchive: ReadonlySet<string> = new Set([
  'BACKUP_HOLLOW',
  'WAL_GAP',
  'WAL_ARCHIVE_FAILING',
  'WAL_ARCHIVE_OFF',
]);

/**
 * Findings that stay open because nobody could look: a repository that is out of reach has not become whole by that.
 * They are added to what a look found.
 */
export function carriedFindings(
  view: Pick<RecoveryView, 'environment' | 'repositories' | 'wal'>,
  found: readonly FindingDraft[],
  open: readonly FindingDraft[],
  couldAskArchive: boolean,
): readonly FindingDraft[] {
  const keys = new Set(found.map(({ key }) => key));
  const away = new Set(
    view.repositories.filter(({ unreachable }) => unreachable !== undefined).map(({ repository }) => repository.name),
  );
  return open.filter(({ key, code, evidence }) => {
    if (keys.has(key)) return false;
    if (needsArchive.has(code)) return !couldAskArchive;
    return needsRepository.has(code) && away.has(String(evidence['repository'] ?? view.environment.backup.repository));
  });
}
