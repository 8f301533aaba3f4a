/** One reason why the domain says no. */
export interface RefusalReason {
  readonly code: string;
  readonly message: string;
  /** The way out, as a sentence. */
  readonly hint: string;
}

/** A "no" of the domain, returned as data: a gate, a transition, a plan. Not an error: nothing failed. */
export interface Refusal {
  readonly kind: 'refused';
  readonly reasons: readonly RefusalReason[];
}

/** Builds a refusal from its reasons. */
export function refuse(...reasons: readonly RefusalReason[]): Refusal {
  return { kind: 'refused', reasons };
}
