/** How far a long step is; `ratio` only where the tool says so honestly. */
export interface StepProgress {
  readonly ratio?: number | undefined;
  readonly detail: string;
}

export type Report = (progress: StepProgress) => void;

/** What every long-running adapter call gets. */
export interface StepContext {
  readonly report: Report;
  readonly signal?: AbortSignal | undefined;
}
