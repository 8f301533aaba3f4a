import { attemptOf, attemptsOfRuns, type BackupAttempt } from '../attempt.ts';
import type { BackupCheck } from '../backup-check.ts';
import type { BackupRun } from '../backup-run.ts';
import type { BackupManifest } from '../manifest.ts';
import { isPhysical } from '../window.ts';
import type { ContentFault } from './view.ts';

/** What the repository of an environment lists; `undefined` where it could not be asked. */
export type Published = readonly BackupManifest[] | undefined;

/**
 * What has become of the backups of an environment: those that are listed, and the attempts that came to nothing. What is listed
 * counts, whatever the records say of it; where the repository could not be asked, the records are all there is.
 */
export function historyOf(published: Published, runs: readonly BackupRun[]): readonly BackupAttempt[] {
  // Which kind they were to be says nothing any more.
  const recorded = attemptsOfRuns(runs).map((attempt) => ({ ...attempt, kind: 'full' as const }));
  if (published === undefined) return recorded;
  const listed = new Set(published.map(({ id }) => id));
  return [...published.map(attemptOf), ...recorded.filter(({ id, outcome }) => outcome !== 'good' && !listed.has(id))];
}

/** Backups that had succeeded and are in their repository no more, although nobody withdrew them. */
export function goneBackups(
  present: ReadonlySet<string> | undefined,
  runs: readonly BackupRun[],
  repository: string,
): readonly string[] {
  if (present === undefined) return [];
  return runs
    .filter((run) => run.state === 'succeeded' && run.repository === repository && !present.has(run.id))
    .map(({ id }) => id)
    .sort();
}

/**
 * Backups that the manifests name and that pgBackRest has no more, or not all that they need. `labels` are those that it has;
 * `undefined` where nobody could ask.
 */
export function hollowBackups(
  manifests: Published,
  archive: { readonly stanza: string; readonly labels: ReadonlySet<string> } | undefined,
): readonly string[] {
  if (manifests === undefined || archive === undefined) return [];
  return manifests
    .filter(isPhysical)
    .filter(({ database }) => database.stanza === archive.stanza)
    .filter(({ database }) => [database.label, ...database.needs].some((label) => !archive.labels.has(label)))
    .map(({ id }) => id)
    .toSorted();
}

/** What the last checks found wrong, of backups that are still there. */
export function contentFaultsOf(
  checks: readonly BackupCheck[],
  listed: ReadonlyMap<string, ReadonlySet<string>>,
): readonly ContentFault[] {
  return checks
    .filter(({ repository, backup }) => listed.get(repository)?.has(backup) === true)
    .flatMap(({ repository, backup, problems }) =>
      problems.map(({ what, name, state }) => ({ repository, backup, what: `${what} ${name}`, state })),
    );
}
