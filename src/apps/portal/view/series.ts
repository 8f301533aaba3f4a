import type { Series } from './resources.ts';
import { instantOf } from './time.ts';

/** Columns for a chart: seconds since the epoch, and one list of values for each line; null where nothing was measured. */
export interface ChartColumns {
  readonly times: readonly number[];
  readonly lines: readonly {
    readonly name: string;
    readonly values: readonly (number | null)[];
    /** Drawn in hull red: work that is late, and nothing less. */
    readonly isAlarming?: boolean;
  }[];
}

export interface Points {
  readonly name: string;
  readonly isAlarming?: boolean;
  readonly points: readonly { readonly at: string; readonly value: number }[];
}

const secondsOf = (at: string) => instantOf(at).epochMilliseconds / 1_000;

/** Lines on one time axis. Where a step is missing, a null keeps the hole visible: not measured is not zero. */
export function columnsOf(lines: readonly Points[], stepSeconds: number): ChartColumns {
  const measured = new Set(lines.flatMap((line) => line.points.map((point) => secondsOf(point.at))));
  const sorted = [...measured].sort((left, right) => left - right);
  const times = sorted.flatMap((time, index) => {
    const next = sorted[index + 1];
    return next !== undefined && next - time > stepSeconds * 1.5 ? [time, time + stepSeconds] : [time];
  });
  return {
    times,
    lines: lines.map((line) => {
      const values = new Map(line.points.map((point) => [secondsOf(point.at), point.value]));
      return {
        name: line.name,
        values: times.map((time) => values.get(time) ?? null),
        ...(line.isAlarming === true ? { isAlarming: true } : {}),
      };
    }),
  };
}

/** One line that adds up all series of a metric, step by step. */
export function totalOf(name: string, series: readonly Series[]): Points {
  const sums = new Map<string, number>();
  for (const each of series) {
    for (const point of each.points) sums.set(point.at, (sums.get(point.at) ?? 0) + point.mean);
  }
  return { name, points: [...sums].map(([at, value]) => ({ at, value })).sort((a, b) => a.at.localeCompare(b.at)) };
}
