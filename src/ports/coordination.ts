/** How several controllers share recurring work on one database. */
export interface Coordination {
  /**
   * Begins a slot of a piece of work: `true` for one holder at most, and never again for that slot or an earlier one.
   * Slots are whole numbers that grow with time. A slot that was begun at an instant which has not come yet was begun by a
   * clock that was ahead: it holds nobody up.
   */
  beginSlot(work: string, slot: number, holder: string, at: Temporal.Instant): Promise<boolean>;
  /**
   * Takes or renews a lease; `false` while somebody else holds it and it has not expired. None lives longer than ten minutes
   * without renewal: one that would was taken by a clock that was ahead, and counts as expired.
   */
  takeLease(name: string, holder: string, at: Temporal.Instant, expiresAt: Temporal.Instant): Promise<boolean>;
  /** The leases whose names begin so and that have not expired. */
  liveLeases(
    prefix: string,
    at: Temporal.Instant,
  ): Promise<readonly { readonly name: string; readonly holder: string }[]>;
  /** Gives up one lease, where the holder has it. */
  releaseLease(name: string, holder: string): Promise<void>;
  /** Gives up every lease of the holder, so that another need not wait for them to expire. */
  releaseLeases(holder: string): Promise<void>;
}
