import { useCoarseNow, useNow } from '../data/clock.ts';
import { formatAge, formatAgeCalmly, formatClock, formatLength, instantOf, secondsBetween } from '../view/time.ts';
import { utcLabel, zonedLabel } from '../view/zoned.ts';

/** An instant in a site's zone, with UTC at hand. */
export function ZonedTime({ at, timezone }: { readonly at: string; readonly timezone: string }) {
  const now = useCoarseNow();
  const instant = instantOf(at);
  return (
    <time dateTime={at} title={`${utcLabel(instant)} · ${timezone}`}>
      {zonedLabel(instant, now, timezone)}
    </time>
  );
}

/** An instant in the reader's own zone, with UTC at hand. */
export function LocalTime({ at }: { readonly at: string }) {
  return <ZonedTime at={at} timezone={Temporal.Now.timeZoneId()} />;
}

/** How long ago, with the instant at hand. */
export function Ago({ at }: { readonly at: string }) {
  const now = useCoarseNow();
  const instant = instantOf(at);
  const seconds = secondsBetween(instant, now);
  return (
    <time dateTime={at} title={utcLabel(instant)}>
      {seconds < 10 ? 'just now' : `${formatAge(seconds)} ago`}
    </time>
  );
}

/** The age of a figure: it ages on screen. */
export function Age({ at }: { readonly at: string }) {
  const now = useCoarseNow();
  const instant = instantOf(at);
  return (
    <time className="age" dateTime={at} title={`Measured ${utcLabel(instant)}`}>
      {formatAgeCalmly(Math.max(0, secondsBetween(instant, now)))}
    </time>
  );
}

/** Time left in words, ticking. Screen readers get the plain instant beside it instead of a stream of seconds. */
export function TimeLeft({ until }: { readonly until: string }) {
  const seconds = secondsBetween(useNow(), instantOf(until));
  return <span className={leftClass(seconds)}>{seconds <= 0 ? 'passed' : formatLength(seconds)}</span>;
}

/** Time left as a clock, ticking. */
export function TimeLeftClock({ until }: { readonly until: string }) {
  const seconds = secondsBetween(useNow(), instantOf(until));
  return (
    <span role="timer" aria-live="off" className={leftClass(seconds)}>
      {formatClock(seconds)}
    </span>
  );
}

function leftClass(seconds: number): string {
  return `time-left${seconds < 3_600 ? ' time-left-short' : ''}`;
}
