import type { SessionName } from '../core/incident/index.ts';

/** What became of the wish that a session end. */
export type SessionEnd =
  /** It was there, was told to end, and is gone. */
  | { readonly kind: 'ended'; readonly application: string }
  /** It had ended by itself; whoever has its process id now was left alone. */
  | { readonly kind: 'was-gone'; readonly isIdTaken: boolean }
  /** It is there still, and why. */
  | { readonly kind: 'kept'; readonly reason: string };

/**
 * The sessions of an environment's database, through a role that may end them. Throws `Fault` ODOO_DATABASE_UNREACHABLE,
 * DEADLINE_EXCEEDED or ODOO_QUERY_FAILED.
 */
export interface DatabaseSessions {
  /** Ends that session and no other: not one that was given its process id since. */
  end(session: SessionName, signal: AbortSignal): Promise<SessionEnd>;
}
