/** An instant as the API writes it. */
export function instantOf(text: string): Temporal.Instant {
  return Temporal.Instant.from(text);
}

/** Seconds from one instant to another; negative when `to` lies before `from`. */
export function secondsBetween(from: Temporal.Instant, to: Temporal.Instant): number {
  return (to.epochMilliseconds - from.epochMilliseconds) / 1_000;
}

const two = (value: number) => String(value).padStart(2, '0');

function split(seconds: number) {
  const whole = Math.floor(Math.abs(seconds));
  return {
    days: Math.floor(whole / 86_400),
    hours: Math.floor((whole % 86_400) / 3_600),
    minutes: Math.floor((whole % 3_600) / 60),
    seconds: whole % 60,
  };
}

/** A length of time in the two units that matter, for running text: `3 d 4 h`, `2 h 05 min`, `4 min 09 s`, `12 s`. */
export function formatLength(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  const parts = split(seconds);
  if (parts.days > 0) return `${parts.days} d ${parts.hours} h`;
  if (parts.hours > 0) return `${parts.hours} h ${two(parts.minutes)} min`;
  if (parts.minutes >= 10) return `${parts.minutes} min`;
  if (parts.minutes > 0) return `${parts.minutes} min ${two(parts.seconds)} s`;
  return `${parts.seconds} s`;
}

/** How long until (`in …`) or since (`… ago`). */
export function formatDistance(secondsAhead: number): string {
  if (Math.abs(secondsAhead) < 1) return 'now';
  return secondsAhead > 0 ? `in ${formatLength(secondsAhead)}` : `${formatLength(secondsAhead)} ago`;
}

/** A ticking clock: `02:14:09`, with days in front where there are any; past zero it stands at zero. */
export function formatClock(seconds: number): string {
  const parts = split(Math.max(0, seconds));
  const clock = `${two(parts.hours)}:${two(parts.minutes)}:${two(parts.seconds)}`;
  return parts.days > 0 ? `${parts.days} d ${clock}` : clock;
}

/** The age of a figure in one unit, because nobody reads two: `8 s`, `3 min`, `5 h`, `2 d`. */
export function formatAge(seconds: number): string {
  const parts = split(seconds);
  if (parts.days > 0) return `${parts.days} d`;
  if (parts.hours > 0) return `${parts.hours} h`;
  if (parts.minutes > 0) return `${parts.minutes} min`;
  return `${parts.seconds} s`;
}

/** An age for ticking figures, calm below ten seconds so that it does not flicker. */
export function formatAgeCalmly(seconds: number): string {
  return seconds < 10 ? 'now' : formatAge(seconds < 60 ? Math.floor(seconds / 10) * 10 : seconds);
}
