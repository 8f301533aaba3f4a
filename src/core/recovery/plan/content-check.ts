import type { Environment } from '../../estate/index.ts';
import { isDatedAhead, type Seconds } from '../../kernel/index.ts';
import type { BackupCheck } from '../backup-check.ts';
import { mayBegin } from './slots.ts';

const day: Seconds = 86_400;
/** A default: the content of the newest backup is read and proven at least every week, and as often as it is drilled. */
const longestInterval: Seconds = 7 * day;

/** How often the content of an environment's backups is proven, in every repository that holds them. */
export function contentCheckEverySeconds({ tier }: Pick<Environment, 'tier'>): Seconds {
  return Math.min(longestInterval, tier.recovery.drillEverySeconds);
}

export interface ContentCheckInput {
  readonly environment: Environment;
  readonly now: Temporal.Instant;
  /** The good backups of each repository, oldest first. */
  readonly places: readonly { readonly repository: string; readonly backups: readonly string[] }[];
  readonly checks: readonly BackupCheck[];
}

/**
 * Which backups are to be read and proven now: the newest of a repository in which nothing was for an interval, and those that
 * were found damaged, once a day, since a later backup may have put back what they lacked. None in a peak.
 */
export function planContentChecks({
  environment,
  now,
  places,
  checks,
}: ContentCheckInput): readonly { readonly repository: string; readonly backup: string }[] {
  if (!mayBegin(environment, { avoidPeaks: true, windows: [] }, now).isPermitted) return [];
  const every = contentCheckEverySeconds(environment);
  const age = ({ checkedAt }: BackupCheck): Seconds => now.since(checkedAt).total('seconds');
  return places.flatMap(({ repository, backups }) => {
    const here = checks.filter(
      (check) =>
        check.repository === repository && backups.includes(check.backup) && !isDatedAhead(check.checkedAt, now),
    );
    const newest = backups.at(-1);
    const isRegular = newest !== undefined && !here.some((check) => age(check) < every);
    const again = here.filter((check) => !check.isIntact && age(check) >= day).map(({ backup }) => backup);
    return [...new Set([...(isRegular ? [newest] : []), ...again])].map((backup) => ({ repository, backup }));
  });
}
