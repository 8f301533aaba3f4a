import type { FindingDraft } from '../../observe/index.ts';
import { draft, graver } from './draft.ts';
import type { RecoveryView, RepositoryState } from './view.ts';

/** What a bucket does by itself that backups do not survive: deletes them, or keeps nothing that was overwritten (OBJ-02). */
export function bucketFindings({ environment }: RecoveryView, state: RepositoryState): readonly FindingDraft[] {
  const { repository, bucket } = state;
  if (bucket === undefined) return [];
  const found: FindingDraft[] = [];
  const { isVersioned, expiresAfterDays } = bucket;
  if (expiresAfterDays !== undefined) {
    found.push(
      draft(environment, {
        code: 'BUCKET_EXPIRES_BACKUPS',
        severity: graver(environment),
        subject: repository.name,
        reason: `A lifecycle rule of the bucket of ${repository.name} deletes what is older than ${expiresAfterDays} days, whatever backup needs it.`,
        action: 'Remove the rule, or keep it away from the prefix: retention is kept by `plimsoll backup prune`.',
        evidence: { repository: repository.name, expiresAfterDays },
      }),
    );
  }
  if (isVersioned === false && environment.serviceClass === 'production') {
    found.push(
      draft(environment, {
        code: 'BUCKET_NOT_VERSIONED',
        severity: 'warning',
        subject: repository.name,
        reason: `The bucket of ${repository.name} keeps no versions: attachments and dumps that somebody deletes or overwrites there are gone.`,
        action: 'Switch versioning on, and object lock where the service has it (`objectLock:`).',
        evidence: { repository: repository.name },
      }),
    );
  }
  return found;
}
