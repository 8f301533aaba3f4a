import type { DrillPhase, DrillReport } from '../../core/recovery/index.ts';
import type { Clock } from '../../ports/clock.ts';

/** Times the phases of a drill, and knows in which one it is. */
export interface PhaseTimer {
  readonly current: DrillPhase | undefined;
  readonly done: DrillReport['phases'];
  run<Result>(phase: DrillPhase, work: () => Promise<Result>): Promise<Result>;
}

/** A timer in which nothing has begun. A phase that failed counts with the time it took, one in parts with their sum. */
export function createPhaseTimer(clock: Clock): PhaseTimer {
  const done: { phase: DrillPhase; seconds: number }[] = [];
  let current: DrillPhase | undefined;
  return {
    get current() {
      return current;
    },
    done,
    run: async (phase, work) => {
      const startedAt = clock.now();
      current = phase;
      try {
        return await work();
      } finally {
        const seconds = clock.now().since(startedAt).total('seconds');
        const earlier = done.findIndex((each) => each.phase === phase);
        if (earlier === -1) done.push({ phase, seconds });
        else done[earlier] = { phase, seconds: (done[earlier]?.seconds ?? 0) + seconds };
      }
    },
  };
}
