import type { Ratio, Seconds } from '../kernel/index.ts';
import { chanceOfAtLeast } from './binomial.ts';
import { type BurnRule, thresholdOf } from './burn-rules.ts';
import { type Counts, countsIn, newestHolding, type Series } from './series.ts';

/** What an objective is judged by. */
export interface Target {
  readonly targetRatio: Ratio;
  readonly windowSeconds: Seconds;
}

/** One rule at one instant. */
export interface BurnVerdict {
  readonly fires: boolean;
  /** Over the window that was judged; 0 where nothing happened in it. */
  readonly burnRate: number;
  /** Judged by events instead of minutes, because the long window held too few. */
  readonly isLowTraffic: boolean;
  readonly counts: Counts;
}

/** Below so many expected failures at the threshold, a ratio over a fixed window says little: one failure is a flood. */
export const expectedFailuresForRatios = 5;

/** How sure the low-traffic treatment must be that the true failure ratio is above the threshold. */
export const falseAlarmChance = 0.001;

const ratioOf = ({ failed, total }: Counts): Ratio => (total === 0 ? 0 : failed / total);

/** Scales of the low-traffic scan: from the fewest events that could convince, doubling, to where plain ratios take over. */
function scalesFor(failureRatio: Ratio): { readonly sizes: readonly number[]; readonly chance: number } {
  const most = Math.ceil(expectedFailuresForRatios / failureRatio);
  const fewest = (chance: number): number => Math.max(1, Math.ceil(Math.log(chance) / Math.log(failureRatio)));
  const scales = Math.max(1, Math.ceil(Math.log2(most / fewest(falseAlarmChance))) + 1);
  // Bonferroni: several looks at once share one chance of a false alarm.
  const chance = falseAlarmChance / scales;
  const smallest = fewest(chance);
  const sizes = Array.from({ length: scales }, (_, index) => Math.min(most, smallest * 2 ** index));
  return { sizes: [...new Set([...sizes, Math.max(most, smallest)])], chance };
}

/** The verdict over events: some recent stretch fails so often that chance does not explain it, and the newest still do. */
function judgeByEvents(series: Series, target: Target, failureRatio: Ratio, atSeconds: Seconds): BurnVerdict {
  const { sizes, chance } = scalesFor(failureRatio);
  const stretches = sizes.map((size) => newestHolding(series, size, atSeconds, target.windowSeconds));
  const newest = stretches[0] ?? { failed: 0, total: 0 };
  const guilty = stretches.find(({ failed, total }) => chanceOfAtLeast(failed, total, failureRatio) <= chance);
  const counts = guilty ?? newest;
  return {
    fires: guilty !== undefined && ratioOf(newest) > failureRatio,
    burnRate: ratioOf(counts) / (1 - target.targetRatio),
    isLowTraffic: true,
    counts,
  };
}

/**
 * Judges one rule. With enough traffic exactly as the SRE workbook and Prometheus do: the failure ratio of the long and of the
 * short window are both above burn × budget. With little traffic by events, see `docs/objectives.md`.
 */
export function judgeBurn(series: Series, target: Target, rule: BurnRule, atSeconds: Seconds): BurnVerdict {
  const { failureRatio, longSeconds, shortSeconds } = thresholdOf(rule, target.targetRatio);
  const long = countsIn(series, atSeconds, longSeconds);
  if (long.total * failureRatio < expectedFailuresForRatios) {
    return judgeByEvents(series, target, failureRatio, atSeconds);
  }
  const short = countsIn(series, atSeconds, shortSeconds);
  return {
    fires: ratioOf(long) > failureRatio && ratioOf(short) > failureRatio,
    burnRate: ratioOf(long) / (1 - target.targetRatio),
    isLowTraffic: false,
    counts: long,
  };
}
