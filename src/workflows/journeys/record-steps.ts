import {
  cleanUpDeadlineSeconds,
  cleanUpStep,
  type JourneyDefinition,
  type JourneyStep,
} from '../../core/journey/index.ts';
import type { Clock } from '../../ports/clock.ts';

/** Times the steps of a run and says how much of the current one's deadline is left. */
export interface StepRecorder {
  begin(name: string): void;
  /** Closes the step that goes on: as passed, or as failed for the given reason. */
  end(detail: string | null): void;
  remainingSeconds(): number;
  readonly current: string | undefined;
  readonly done: readonly JourneyStep[];
}

/** Below this a request would be given up before it is sent. */
const leastSeconds = 0.05;

/** A recorder for one run. */
export function createStepRecorder(definition: JourneyDefinition, clock: Clock): StepRecorder {
  const done: JourneyStep[] = [];
  let current:
    | { readonly name: string; readonly startedAt: Temporal.Instant; readonly deadlineSeconds: number }
    | undefined;
  const elapsed = (since: Temporal.Instant): number => clock.now().since(since).total('seconds');
  const deadlineOf = (name: string): number => {
    if (name === cleanUpStep) return cleanUpDeadlineSeconds;
    const step = definition.steps.find((candidate) => candidate.name === name);
    if (step === undefined) throw new Error(`the journey ${definition.name} declares no step "${name}"`);
    return step.deadlineSeconds;
  };
  const end = (detail: string | null): void => {
    if (current === undefined) return;
    const { name, startedAt } = current;
    done.push({ name, outcome: detail === null ? 'passed' : 'failed', durationSeconds: elapsed(startedAt), detail });
    current = undefined;
  };
  return {
    begin: (name) => {
      end(null);
      current = { name, startedAt: clock.now(), deadlineSeconds: deadlineOf(name) };
    },
    end,
    remainingSeconds: () => {
      if (current === undefined) return leastSeconds;
      return Math.max(leastSeconds, current.deadlineSeconds - elapsed(current.startedAt));
    },
    get current() {
      return current?.name;
    },
    done,
  };
}
