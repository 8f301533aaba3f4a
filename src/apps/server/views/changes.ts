import type { z } from '@hono/zod-openapi';
import { type Change, mayChange } from '../../../core/estate/index.ts';
import type { resource } from '../../contract/index.ts';
import type { Occurrence } from '../planning.ts';
import { iso } from './format.ts';

type ChangeAnswer = z.input<typeof resource.changeAnswer>;
type Overall = z.input<typeof resource.overview>['changes'];

/** The end in the site's own time, as people there read it. */
function endOf({ until, timezone }: Occurrence): string {
  if (until === null) return 'further notice';
  const local = Temporal.Instant.from(until).toZonedDateTimeISO(timezone);
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' });
  return `${local.toPlainDate()} ${time} (${timezone})`;
}

const windowKinds = ['change-window', 'maintenance-window'];

/** Whether an environment may be changed now; `own` are the events of its sites, in order. */
export function changeOf(change: Change, own: readonly Occurrence[], now: Temporal.Instant): ChangeAnswer {
  const at = iso(now);
  const open = own.filter(({ at: from, until }) => from <= at && until !== null && until > at);
  const { isAllowed, freezes, isOutsideWindows } = mayChange(change, open);
  const isWindow = ({ name, kind }: Occurrence): boolean =>
    change.windows.length > 0 ? change.windows.includes(name) : windowKinds.includes(kind);
  const reasons = freezes.map((freeze) => `${freeze.name} at ${freeze.site} forbids changes until ${endOf(freeze)}.`);
  if (isOutsideWindows) reasons.push(`Changes go out in ${change.windows.join(' or ')} only.`);
  return { isAllowed, reasons, nextWindow: own.find((each) => each.at > at && isWindow(each)) ?? null };
}

/** Enough to understand why; a thousand environments have a thousand pages. */
const mostReasons = 5;

/** The answer over all environments. */
export function changesOverall(answers: readonly ChangeAnswer[]): Overall {
  const allowedCount = answers.filter(({ isAllowed }) => isAllowed).length;
  const next = answers.flatMap(({ nextWindow }) => nextWindow ?? []);
  return {
    isAllowed: allowedCount === answers.length,
    allowedCount,
    environmentCount: answers.length,
    reasons: [...new Set(answers.flatMap(({ reasons }) => reasons))].slice(0, mostReasons),
    nextWindow: next.reduce<Occurrence | null>(
      (soonest, each) => (soonest && soonest.at <= each.at ? soonest : each),
      null,
    ),
  };
}
