import { type DrillPhase, type DrillReport, drillPhases } from '../../core/recovery/index.ts';
import type { Clock } from '../../ports/clock.ts';

/** Times the phases of a drill, and knows in which one it is. */
export interface PhaseTimer {
  readonly current: DrillPhase | undefined;
  readonly done: DrillReport['phases'];
  /** `isBeside` says that others go on meanwhile, and that the time is theirs. */
  run<Result>(
    phase: DrillPhase,
    work: () => Promise<Result>,
    options?: { readonly isBeside: boolean },
  ): Promise<Result>;
}

/**
 * A timer in which nothing has begun. `began` hears of the phases that go beside no other. Phases add up to the time that passed:
 * of one beside others only the rest counts, when it runs alone, and one that is waited for within another has that time for
 * itself. A phase that failed counts with the time it took, one in parts with their sum.
 */
export function createPhaseTimer(clock: Clock, began: (phase: DrillPhase) => void = () => {}): PhaseTimer {
  const done: { phase: DrillPhase; seconds: number }[] = [];
  const running: { readonly phase: DrillPhase; readonly isBeside: boolean; seconds: number }[] = [];
  let current: DrillPhase | undefined;
  let countedTo = clock.now();
  const count = (): void => {
    const now = clock.now();
    const first = running.findLast(({ isBeside }) => !isBeside) ?? running[0];
    if (first !== undefined) first.seconds += now.since(countedTo).total('seconds');
    countedTo = now;
  };
  return {
    get current() {
      return current;
    },
    done,
    run: async (phase, work, { isBeside } = { isBeside: false }) => {
      count();
      const own = { phase, isBeside, seconds: 0 };
      running.push(own);
      current = phase;
      if (!isBeside) began(phase);
      try {
        return await work();
      } finally {
        count();
        running.splice(running.indexOf(own), 1);
        const earlier = done.find((each) => each.phase === phase);
        if (earlier !== undefined) earlier.seconds += own.seconds;
        else done.push({ phase, seconds: own.seconds });
        // In the order in which people read them, whichever of two ended first.
        done.sort((a, b) => drillPhases.indexOf(a.phase) - drillPhases.indexOf(b.phase));
      }
    },
  };
}

/** A failure that was kept until later phases had said what they know. */
export class PhaseFailure extends Error {
  readonly phase: DrillPhase | undefined;
  constructor(phase: DrillPhase | undefined, cause: unknown) {
    super('a phase failed', { cause });
    this.phase = phase;
  }
}
