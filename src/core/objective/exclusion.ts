/** Agreed time that does not count: declared, shown with its reason, never silent. */
export interface Exclusion {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
  readonly reason: string;
}
