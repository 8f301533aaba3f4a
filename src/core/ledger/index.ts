// The append-only, hash-chained record of every fact and action.
export type { Actor, LedgerData, LedgerDraft, LedgerEntry, LedgerValue } from './entry.ts';
