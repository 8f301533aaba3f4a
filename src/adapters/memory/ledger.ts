import { createHash } from 'node:crypto';
import { storable } from '../../core/kernel/index.ts';
import { chainEntry, emptyHead, type LedgerEntry } from '../../core/ledger/index.ts';
import type { LedgerStore } from '../../ports/store.ts';

const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** The ledger of a memory store, chained as the database's is. */
export function ledgerOf(records: { readonly ledger: LedgerEntry[] }): LedgerStore {
  return {
    async append(draft, at) {
      const entry = chainEntry(records.ledger.at(-1) ?? emptyHead, storable(draft), at, sha256Hex);
      records.ledger.push(entry);
      return entry;
    },
    async read({ afterSequence, limit }) {
      return records.ledger.filter((entry) => entry.sequence > afterSequence).slice(0, limit);
    },
    async tail({ limit, subject, type }) {
      const isMeant = (entry: LedgerEntry): boolean =>
        (subject === undefined || entry.subject === subject) && (type === undefined || entry.type === type);
      return records.ledger.filter(isMeant).slice(-limit);
    },
    async head() {
      const last = records.ledger.at(-1);
      return last === undefined ? emptyHead : { sequence: last.sequence, hash: last.hash };
    },
  };
}
