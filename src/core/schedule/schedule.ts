import { type Seconds, seedFrom } from '../kernel/index.ts';

/** A piece of recurring work. `name` is its identity: `journey/acme-prod/ship-order`. */
export interface RecurringWork {
  readonly name: string;
  readonly everySeconds: Seconds;
}

/** A slot of recurring work that should be done now. */
export interface DueWork extends RecurringWork {
  /** Counts periods since 1970: the same on every controller, so that they agree on what they share. */
  readonly slot: number;
}

/**
 * The slot that an instant falls in. Works of the same period begin at different moments, by a hash of their names, so
 * that a hundred environments are not all asked in the same second.
 */
export function slotAt(work: RecurringWork, now: Temporal.Instant): number {
  const everySeconds = Math.max(1, Math.round(work.everySeconds));
  const phase = seedFrom(work.name) % everySeconds;
  return Math.floor((now.epochMilliseconds / 1_000 - phase) / everySeconds);
}

/**
 * What is due. Work whose current slot was not begun yet is due once, for that slot: after a pause the slots that passed
 * are gone, because what they would have shown is no longer there to see. Work never begun before is due at once; so is work
 * whose last slot has not come yet, because the clock was set back since.
 */
export function planDueWork(
  works: readonly RecurringWork[],
  lastSlots: ReadonlyMap<string, number>,
  now: Temporal.Instant,
): readonly DueWork[] {
  return works.flatMap((work) => {
    const slot = slotAt(work, now);
    const last = lastSlots.get(work.name);
    return last === undefined || slot !== last ? [{ ...work, slot }] : [];
  });
}
