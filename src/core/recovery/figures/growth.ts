import type { Bytes, Seconds } from '../../kernel/index.ts';

/** A size at an instant. */
export interface SizeSample {
  readonly at: Temporal.Instant;
  readonly bytes: Bytes;
}

/** How something grows (OBJ-04). */
export interface Growth {
  readonly bytesPerDay: number;
  readonly latestBytes: Bytes;
  readonly samples: number;
  /** What it will be after so many days, at this pace. */
  readonly projected: readonly { readonly days: number; readonly bytes: Bytes; readonly cost: number | undefined }[];
}

const day: Seconds = 86_400;
const horizonsDays = [30, 90, 365] as const;
const gib = 2 ** 30;
/** More samples than this say no more, and the pairs of them would be many. */
const mostSamples = 200;

/**
 * Growth as the median of the slopes between all pairs of samples (Theil and Sen): one backup that was large by accident
 * does not turn it. `undefined` below three samples or a day of history.
 */
export function growthOf(samples: readonly SizeSample[], costPerGibMonth?: number): Growth | undefined {
  const sorted = samples.toSorted((a, b) => Temporal.Instant.compare(a.at, b.at)).slice(-mostSamples);
  const [first, last] = [sorted.at(0), sorted.at(-1)];
  if (first === undefined || last === undefined || sorted.length < 3) return undefined;
  if (last.at.since(first.at).total('seconds') < day) return undefined;
  const slopes = sorted.flatMap((a, index) =>
    sorted.slice(index + 1).flatMap((b) => {
      const days = b.at.since(a.at).total('seconds') / day;
      return days > 0 ? [(b.bytes - a.bytes) / days] : [];
    }),
  );
  const bytesPerDay = median(slopes);
  const projected = horizonsDays.map((days) => {
    const bytes = Math.max(0, Math.round(last.bytes + bytesPerDay * days));
    return { days, bytes, cost: costPerGibMonth === undefined ? undefined : (bytes / gib) * costPerGibMonth };
  });
  return { bytesPerDay, latestBytes: last.bytes, samples: sorted.length, projected };
}

/** Days until what grows has filled what is free; `undefined` where it does not grow. */
export function daysUntilFull(growth: Growth | undefined, freeBytes: Bytes): number | undefined {
  return growth === undefined || growth.bytesPerDay <= 0 ? undefined : freeBytes / growth.bytesPerDay;
}

/** The middle of some numbers; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
