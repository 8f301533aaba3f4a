import {
  type ChainBreak,
  emptyHead,
  type HashFunction,
  type LedgerHead,
  verifyChain,
  verifyHead,
} from '../core/ledger/index.ts';
import type { Store } from '../ports/store.ts';

/** What reading the whole chain showed. */
export interface LedgerVerification {
  readonly entryCount: number;
  readonly broken: ChainBreak | undefined;
  readonly head: LedgerHead;
}

const pageSize = 1_000;

/**
 * Recomputes the chain from its first entry, page by page, and compares its end with the head kept beside it. The head
 * is read first: entries appended meanwhile may lie beyond it, none before it may be missing.
 */
export async function verifyLedger(
  store: Pick<Store, 'ledger'>,
  hash: HashFunction,
  onProgress: (entryCount: number) => void = () => {},
): Promise<LedgerVerification> {
  const kept = await store.ledger.head();
  let head = emptyHead;
  let headAtKept = emptyHead;
  for (;;) {
    const page = await store.ledger.read({ afterSequence: head.sequence, limit: pageSize });
    const verdict = verifyChain(head, page, hash);
    if (!verdict.isIntact) return { entryCount: head.sequence, broken: verdict.broken, head };
    const atKept = page.find((entry) => entry.sequence === kept.sequence);
    if (atKept !== undefined) headAtKept = { sequence: atKept.sequence, hash: atKept.hash };
    head = verdict.head;
    onProgress(head.sequence);
    if (page.length < pageSize) break;
  }
  const end = head.sequence >= kept.sequence ? headAtKept : head;
  return { entryCount: head.sequence, broken: verifyHead(end, kept), head };
}
