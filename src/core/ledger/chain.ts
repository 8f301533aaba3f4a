import { canonicalJson } from './canonical.ts';
import type { LedgerDraft, LedgerEntry } from './entry.ts';

/** Lower-case hex SHA-256 of a text's UTF-8 bytes. An argument, because the core does no hashing of its own. */
export type HashFunction = (text: string) => string;

/** What the first entry follows: sixty-four zeros. */
export const genesisHash = '0'.repeat(64);

/** The last entry known: where the next one attaches. */
export interface LedgerHead {
  readonly sequence: number;
  readonly hash: string;
}

/** The head of a ledger without entries. */
export const emptyHead: LedgerHead = { sequence: 0, hash: genesisHash };

/** The text that an entry's hash covers: everything it says, its place, and the hash of the entry before. */
export function hashedText(entry: Omit<LedgerEntry, 'hash'>): string {
  return canonicalJson({
    actor: { kind: entry.actor.kind, name: entry.actor.name },
    at: entry.at.toString({ fractionalSecondDigits: 6 }),
    data: entry.data,
    previousHash: entry.previousHash,
    sequence: entry.sequence,
    subject: entry.subject,
    type: entry.type,
  });
}

/** Attaches a fact to the chain. The time keeps microseconds, which is what the database keeps. */
export function chainEntry(
  head: LedgerHead,
  draft: LedgerDraft,
  at: Temporal.Instant,
  hash: HashFunction,
): LedgerEntry {
  const entry = {
    ...draft,
    sequence: head.sequence + 1,
    at: at.round({ smallestUnit: 'microsecond', roundingMode: 'floor' }),
    previousHash: head.hash,
  };
  return { ...entry, hash: hash(hashedText(entry)) };
}

/** What is wrong with the first entry that does not hold. */
export interface ChainBreak {
  /** The entry that is edited, out of place or missing. */
  readonly sequence: number;
  readonly problem: string;
}

/** Checks entries against the head before them. Call it page by page: it answers the new head, or the first break. */
export function verifyChain(
  head: LedgerHead,
  entries: readonly LedgerEntry[],
  hash: HashFunction,
): { readonly isIntact: true; readonly head: LedgerHead } | { readonly isIntact: false; readonly broken: ChainBreak } {
  let last = head;
  for (const entry of entries) {
    const problem = problemOf(last, entry, hash);
    if (problem !== undefined) return { isIntact: false, broken: { sequence: last.sequence + 1, problem } };
    last = { sequence: entry.sequence, hash: entry.hash };
  }
  return { isIntact: true, head: last };
}

function problemOf(last: LedgerHead, entry: LedgerEntry, hash: HashFunction): string | undefined {
  const expected = last.sequence + 1;
  if (entry.sequence !== expected) {
    return `Entry ${expected} is missing or out of place: entry ${entry.sequence} stands where it belongs.`;
  }
  const computed = hash(hashedText(entry));
  if (computed !== entry.hash) return `Entry ${expected} was changed after it was written: its hash does not match.`;
  if (entry.previousHash !== last.hash) {
    return `Entry ${expected} does not follow from entry ${last.sequence}: one of them was replaced.`;
  }
  return undefined;
}

/** Compares the end of a verified chain with the head kept beside it: entries cut off the end show here. */
export function verifyHead(verified: LedgerHead, kept: LedgerHead): ChainBreak | undefined {
  if (verified.sequence === kept.sequence && verified.hash === kept.hash) return undefined;
  return {
    sequence: Math.min(verified.sequence, kept.sequence) + 1,
    problem: `The chain ends at entry ${verified.sequence}, but entry ${kept.sequence} was the last one written.`,
  };
}
