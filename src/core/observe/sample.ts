/** Labels of a series, such as `{ component: 'web' }`. Bounded sets only: never an id of a business record. */
export type Labels = Readonly<Record<string, string>>;

/** One measured fact in time. The metric's unit is part of its name and stands in the catalogue. */
export interface Sample {
  readonly environment: string;
  readonly metric: string;
  readonly labels: Labels;
  readonly at: Temporal.Instant;
  readonly value: number;
}

/** A mergeable latency sketch over one interval, as DDSketch protobuf bytes. */
export interface SketchSample {
  readonly environment: string;
  readonly metric: string;
  readonly labels: Labels;
  /** Start of the interval. */
  readonly at: Temporal.Instant;
  readonly intervalSeconds: number;
  readonly count: number;
  readonly sketch: Uint8Array;
}
