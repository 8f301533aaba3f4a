import type { Alert } from '../alert/index.ts';
import type { FaultStart } from './incident.ts';

/** Something that changed in an environment: a release, a start, a move of its lifecycle. */
export interface ChangeFact {
  readonly at: Temporal.Instant;
  readonly what: string;
}

/** A change this shortly before the first sign is where it began. */
export const suspectSeconds = 900;

/** Troubles that say themselves for how long they have been leave nothing to estimate. */
const saysItself = ['heldSeconds', 'longestWaitSeconds', 'stoppedSeconds'] as const;

/**
 * When the fault began, which is before it was detected: when the first part of it says that it began. Where it says so only
 * because somebody looked then, it is moved back to a release that went shortly before. An estimate, and it says what it rests on.
 */
export function estimateFaultStart(
  alert: Pick<Alert, 'parts' | 'startedAt'>,
  changes: readonly ChangeFact[],
): FaultStart {
  const first = alert.parts.toSorted((a, b) => Temporal.Instant.compare(a.startedAt, b.startedAt))[0];
  const seen = first?.startedAt ?? alert.startedAt;
  const isExact = saysItself.some((name) => typeof first?.evidence[name] === 'number');
  const before = (isExact ? [] : changes)
    .filter(({ at }) => Temporal.Instant.compare(at, seen) <= 0 && seen.since(at).total('seconds') <= suspectSeconds)
    .toSorted((a, b) => Temporal.Instant.compare(a.at, b.at))
    .at(-1);
  if (before !== undefined) return { at: before.at, because: `${before.what}, shortly before the first sign` };
  const sign = first === undefined ? 'the first sign' : `${first.code} on ${first.subject} began then`;
  return { at: seen, because: sign };
}
