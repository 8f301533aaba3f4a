export type StepOutcome = 'passed' | 'failed' | 'skipped';

/** One step of a journey as it went. */
export interface JourneyStep {
  readonly name: string;
  readonly outcome: StepOutcome;
  readonly durationSeconds: number;
  /** What went wrong, in words; `null` when nothing did. */
  readonly detail: string | null;
}

/**
 * One run of a synthetic transaction. `failed` says that the business service is broken; `unknown` says that we could
 * not tell (our own credentials, our own timeout before the first step); `refused` says that consent to write is missing.
 */
export interface JourneyRun {
  readonly id: string;
  readonly environment: string;
  readonly journey: string;
  readonly services: readonly string[];
  readonly startedAt: Temporal.Instant;
  readonly durationSeconds: number;
  readonly outcome: 'passed' | 'failed' | 'unknown' | 'refused';
  readonly reason: string | null;
  readonly steps: readonly JourneyStep[];
}
