import { createHash } from 'node:crypto';
import { z } from 'zod';
import { storable } from '../../core/kernel/index.ts';
import { canonicalJson, chainEntry, type LedgerEntry, type LedgerHead } from '../../core/ledger/index.ts';
import type { LedgerStore } from '../../ports/store.ts';
import type { Sql } from './connect.ts';

const ledgerRow = z
  .object({
    sequence: z.number(),
    at: z.instanceof(Temporal.Instant),
    actor_kind: z.enum(['user', 'token', 'controller', 'cli']),
    actor_name: z.string(),
    type: z.string(),
    subject: z.string(),
    data: z.string(),
    previous_hash: z.string(),
    hash: z.string(),
  })
  .transform(
    (row): LedgerEntry => ({
      sequence: row.sequence,
      at: row.at,
      actor: { kind: row.actor_kind, name: row.actor_name },
      type: row.type,
      subject: row.subject,
      data: readData(row.data),
      previousHash: row.previous_hash,
      hash: row.hash,
    }),
  );

/** Text that is no JSON object was put there by somebody else: it must read as a broken entry, not as a crash. */
function readData(text: string): LedgerEntry['data'] {
  try {
    return z.record(z.string(), z.json()).parse(JSON.parse(text)) as LedgerEntry['data'];
  } catch {
    return { unreadable: text };
  }
}

/** SHA-256 as the ledger uses it. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** Locks and answers the head: one appender at a time, until its transaction ends. */
export async function lockHead(sql: Sql): Promise<LedgerHead> {
  const [row] = await sql<LedgerHead[]>`SELECT sequence, hash FROM plimsoll.ledger_head FOR UPDATE`;
  if (row === undefined) throw new Error('plimsoll.ledger_head has lost its row');
  return { sequence: row.sequence, hash: row.hash };
}

async function insertEntry(sql: Sql, entry: LedgerEntry, canonicalData: string): Promise<void> {
  await sql`
    INSERT INTO plimsoll.ledger (sequence, at, actor_kind, actor_name, type, subject, data, previous_hash, hash)
    VALUES (${entry.sequence}, ${entry.at}, ${entry.actor.kind}, ${entry.actor.name}, ${entry.type}, ${entry.subject},
            ${canonicalData}, ${entry.previousHash}, ${entry.hash})`;
  await sql`UPDATE plimsoll.ledger_head SET sequence = ${entry.sequence}, hash = ${entry.hash}`;
}

/** The ledger inside one transaction. `lock` is an argument so that a test can show what happens without it. */
export function createLedger(sql: Sql, lock: (sql: Sql) => Promise<LedgerHead> = lockHead): LedgerStore {
  return {
    async append(draft, at) {
      const clean = storable(draft);
      const entry = chainEntry(await lock(sql), clean, at, sha256Hex);
      await insertEntry(sql, entry, canonicalJson(clean.data));
      return entry;
    },
    async read({ afterSequence, limit }) {
      const rows = await sql`
        SELECT * FROM plimsoll.ledger WHERE sequence > ${afterSequence} ORDER BY sequence LIMIT ${limit}`;
      return rows.map((row) => ledgerRow.parse(row));
    },
    async tail({ limit, subject, type }) {
      const rows = await sql`
        SELECT * FROM plimsoll.ledger WHERE ${subject === undefined ? sql`true` : sql`subject = ${subject}`}
          AND ${type === undefined ? sql`true` : sql`type = ${type}`}
        ORDER BY sequence DESC LIMIT ${limit}`;
      return rows.map((row) => ledgerRow.parse(row)).reverse();
    },
    async head() {
      const [row] = await sql<LedgerHead[]>`SELECT sequence, hash FROM plimsoll.ledger_head`;
      return row === undefined ? { sequence: 0, hash: '0'.repeat(64) } : { sequence: row.sequence, hash: row.hash };
    },
  };
}
