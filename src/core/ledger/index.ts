// The append-only, hash-chained record of every fact and action.
export { canonicalJson } from './canonical.ts';
export {
  type ChainBreak,
  chainEntry,
  emptyHead,
  genesisHash,
  type HashFunction,
  hashedText,
  type LedgerHead,
  verifyChain,
  verifyHead,
} from './chain.ts';
export type { Actor, LedgerData, LedgerDraft, LedgerEntry, LedgerValue } from './entry.ts';
