/** Who acted: a person, a token, the controller, or the command line before sign-in exists. */
export interface Actor {
  readonly kind: 'user' | 'token' | 'controller' | 'cli';
  readonly name: string;
}

/** JSON that a ledger entry may hold. Never a secret. */
export type LedgerData = { readonly [key: string]: LedgerValue };
export type LedgerValue = string | number | boolean | null | readonly LedgerValue[] | LedgerData;

/** A fact about to be recorded. The store gives it its number, its time and its place in the chain. */
export interface LedgerDraft {
  readonly actor: Actor;
  /** Reverse-dotted past tense: `environment.activated`, `finding.opened`, `token.created`. */
  readonly type: string;
  /** What it is about: `environment/acme-prod`, `finding/…`. */
  readonly subject: string;
  readonly data: LedgerData;
}

/** A recorded fact. `hash` covers everything before it through `previousHash`. */
export interface LedgerEntry extends LedgerDraft {
  readonly sequence: number;
  readonly at: Temporal.Instant;
  /** Lower-case hex SHA-256; sixty-four zeros for the first entry. */
  readonly previousHash: string;
  readonly hash: string;
}
