/** A calamity, what becomes of it, and the tests that prove it: a file, and the title of the test as it stands there. */
export interface Survival {
  readonly calamity: string;
  readonly outcome: string;
  readonly proofs: readonly (readonly [file: string, title: string])[];
}
