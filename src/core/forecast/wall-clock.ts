import type { Seconds } from '../kernel/index.ts';

/** The clock on the wall of a site. */
export interface WallClock {
  /** Seconds since 1970 as a clock without offsets would count them: the day is a division, the time of day its remainder. */
  readonly at: (atSeconds: Seconds) => Seconds;
}

interface Stretch {
  readonly fromSeconds: Seconds;
  readonly toSeconds: Seconds;
  readonly offsetSeconds: Seconds;
}

function stretchAround(atSeconds: Seconds, timezone: string): Stretch {
  const zoned = Temporal.Instant.fromEpochMilliseconds(Math.floor(atSeconds * 1_000)).toZonedDateTimeISO(timezone);
  const next = zoned.getTimeZoneTransition('next');
  const offsetSeconds = zoned.offsetNanoseconds / 1e9;
  return {
    fromSeconds: Math.floor(atSeconds),
    toSeconds: next === null ? Number.POSITIVE_INFINITY : next.epochMilliseconds / 1_000,
    offsetSeconds,
  };
}

/** Asks the calendar once for each stretch between two changes of the clocks, and adds besides. */
export function createWallClock(timezone: string): WallClock {
  const known: Stretch[] = [];
  return {
    at(atSeconds) {
      let stretch = known.find(({ fromSeconds, toSeconds }) => fromSeconds <= atSeconds && atSeconds < toSeconds);
      if (stretch === undefined) {
        stretch = stretchAround(atSeconds, timezone);
        known.push(stretch);
      }
      return atSeconds + stretch.offsetSeconds;
    },
  };
}
