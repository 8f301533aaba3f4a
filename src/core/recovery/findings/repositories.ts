import type { Repository } from '../../estate/index.ts';
import { type Bytes, formatBytes } from '../../kernel/index.ts';
import type { FindingDraft } from '../../observe/index.ts';
import { daysUntilFull, growthOf, type SizeSample } from '../figures/growth.ts';

/** Days ahead in which a repository that fills up is a warning, and in which it is more. */
const warnDays = 14;
const alarmDays = 3;

/** A repository as it fills. */
export interface RepositoryFill {
  readonly repository: Pick<Repository, 'name'>;
  /** `undefined` where the store does not say, as S3 does not. */
  readonly freeBytes: Bytes | undefined;
  readonly usage: readonly SizeSample[];
}

/** What is wrong with a repository itself, once for it and not for every environment whose backups lie there (OBJ-04). */
export function fillFindings({ repository: { name }, freeBytes, usage }: RepositoryFill): readonly FindingDraft[] {
  const growth = growthOf(usage);
  const days = freeBytes === undefined ? undefined : daysUntilFull(growth, freeBytes);
  if (freeBytes === undefined || days === undefined || days > warnDays) return [];
  const pace = `${name} grows by ${formatBytes(growth?.bytesPerDay ?? 0)} a day and has ${formatBytes(freeBytes)} left`;
  return [
    {
      key: `REPOSITORY_FILLING_UP/${name}`,
      code: 'REPOSITORY_FILLING_UP',
      severity: days <= alarmDays ? 'critical' : 'warning',
      environment: null,
      subject: name,
      reason: `The repository ${pace}: full in ${days < 1 ? 'less than a day' : `about ${Math.floor(days)} days`}.`,
      action: 'Give it room, or keep less: `plimsoll backup prune --dry-run` shows what retention would withdraw.',
      evidence: { repository: name, freeBytes, bytesPerDay: Math.round(growth?.bytesPerDay ?? 0), days },
    },
  ];
}
