import { type Environment, nextOccurrence } from '../../estate/index.ts';
import { formatDuration, isDatedAhead, type RefusalReason, type Seconds } from '../../kernel/index.ts';
import type { DrillReport } from '../drill.ts';
import { mayBegin } from './slots.ts';

export interface DrillPlanInput {
  readonly environment: Environment;
  readonly now: Temporal.Instant;
  /** Of this environment, in any order. */
  readonly drills: readonly DrillReport[];
  readonly hasGoodBackup: boolean;
  readonly isRunning: boolean;
}

/** When the next drill is. */
export interface DrillPlan {
  readonly isDue: boolean;
  /** The instant it is, or was, due; `undefined` where there is nothing to drill. */
  readonly at: Temporal.Instant | undefined;
  readonly held: { readonly until: Temporal.Instant | undefined; readonly why: string } | undefined;
  readonly why: string;
}

const day: Seconds = 86_400;
const tryAgainAfter: Seconds = 3_600;

/** Begun so long before the last proof expires that there is never a time without one. */
export function drillLeadSeconds(drillEverySeconds: Seconds): Seconds {
  return Math.min(day, drillEverySeconds / 10);
}

/**
 * The drills that say something about the backups, oldest first. What a clock that was ahead has dated says nothing until then: it
 * would be the newest, and would prove, for as long as the clock was ahead.
 */
export function conclusiveDrills(drills: readonly DrillReport[], now: Temporal.Instant): readonly DrillReport[] {
  return drills
    .filter(({ verdict, finishedAt }) => verdict !== 'inconclusive' && !isDatedAhead(finishedAt, now))
    .toSorted((a, b) => Temporal.Instant.compare(a.finishedAt, b.finishedAt));
}

/** How long the proof of a drill counts: until the next one should have been. */
export function evidenceExpiresAt(report: DrillReport, drillEverySeconds: Seconds): Temporal.Instant {
  return report.finishedAt.add({ seconds: Math.round(drillEverySeconds) });
}

const rules = { avoidPeaks: true, windows: [] } as const;

/** Why no drill may begin now, whoever asks for it: a peak is on, and a restore takes what the business needs then. Empty where one may. */
export function drillHold(environment: Environment, now: Temporal.Instant): readonly RefusalReason[] {
  const permission = mayBegin(environment, rules, now);
  if (permission.isPermitted) return [];
  const until = permission.until?.toString({ smallestUnit: 'second' });
  return [
    {
      code: 'DRILL_IN_PEAK',
      message: `No drill of ${environment.name} is begun now: ${permission.why}${until === undefined ? '' : `, until ${until}`}.`,
      hint: `Wait until it is over, or agree to it on the machine that runs it: \`plimsoll drill run ${environment.name} --in-peak\`.`,
    },
  ];
}

/**
 * Whether a drill is due, by the interval of the tier (RST-01). None is begun in a peak; one that would fall into a peak is
 * brought forward to before it.
 */
export function planDrill(input: DrillPlanInput): DrillPlan {
  const { environment, now } = input;
  // Those that could not be done would hold back others for as long.
  const drills = input.drills.filter(({ finishedAt }) => !isDatedAhead(finishedAt, now));
  const every = environment.tier.recovery.drillEverySeconds;
  if (!input.hasGoodBackup)
    return { isDue: false, at: undefined, held: undefined, why: 'There is no backup to drill.' };
  const last = conclusiveDrills(drills, now).at(-1);
  const at = last === undefined ? now : dueAt(environment, now, last, every);
  const why =
    last === undefined
      ? 'No drill has proven a backup of this environment yet.'
      : `The last drill was at ${last.finishedAt.toString({ smallestUnit: 'second' })}; the tier ${environment.tier.name} asks for one every ${formatDuration(every)}.`;
  if (input.isRunning || Temporal.Instant.compare(now, at) < 0) return { isDue: false, at, held: undefined, why };
  const stalled = drills.filter(({ verdict }) => verdict === 'inconclusive').map(({ finishedAt }) => finishedAt);
  const retry = stalled.toSorted(Temporal.Instant.compare).at(-1)?.add({ seconds: tryAgainAfter });
  if (retry !== undefined && Temporal.Instant.compare(now, retry) < 0) {
    return { isDue: false, at, held: { until: retry, why: 'the last drill could not be done' }, why };
  }
  const permission = mayBegin(environment, rules, now);
  if (permission.isPermitted) return { isDue: true, at, held: undefined, why };
  return { isDue: false, at, held: { until: permission.until, why: permission.why }, why };
}

function dueAt(environment: Environment, now: Temporal.Instant, last: DrillReport, every: Seconds): Temporal.Instant {
  const lead = drillLeadSeconds(every);
  const regular = last.finishedAt.add({ seconds: Math.round(every - lead) });
  const permission = mayBegin(environment, rules, regular);
  if (permission.isPermitted || Temporal.Instant.compare(now, regular) >= 0) return regular;
  const peak = nextOccurrence(
    environment.sites,
    now,
    ({ kind, lastsSeconds }) => (kind === 'peak' || kind === 'month-end') && lastsSeconds > 0,
  );
  if (peak === undefined) return regular;
  const before = peak.at.subtract({ seconds: Math.round(lead) });
  return Temporal.Instant.compare(before, regular) < 0 ? before : regular;
}
