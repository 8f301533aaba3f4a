import { Fault, type Seconds, type Secret } from '../../core/kernel/index.ts';
import type { SourceSnapshot } from '../../ports/backup-source.ts';
import { readAttachments } from './attachments.ts';
import { openSource, translateSourceError } from './connection.ts';
import { readFacts } from './facts.ts';

/** Odoo's own collection waits 10 s for its lock and then works; a wait of ours outlives an ordinary one. */
const lockWithinSeconds: Seconds = 30;
/** A controller that hangs must not keep the lock: PostgreSQL ends the session that sleeps on it so long. */
const lockHeldAtMostSeconds: Seconds = 300;
const countWithinSeconds: Seconds = 900;

const milliseconds = (seconds: Seconds): string => `${seconds * 1_000}ms`;

/** One transaction on a connection of its own, so that others cannot slip in between. */
async function beginOn(url: Secret) {
  const { sql, close } = await openSource(url);
  return {
    sql,
    end: async (how: 'commit' | 'rollback'): Promise<void> => {
      try {
        await (how === 'commit' ? sql`commit` : sql`rollback`);
      } finally {
        await close();
      }
    },
  };
}

type Transaction = Awaited<ReturnType<typeof beginOn>>;

async function lockAttachments(holder: Transaction): Promise<void> {
  await holder.sql`begin`;
  await holder.sql`select set_config('lock_timeout', ${milliseconds(lockWithinSeconds)}, true),
    set_config('idle_in_transaction_session_timeout', ${milliseconds(lockHeldAtMostSeconds)}, true)`;
  await holder.sql`lock table ir_attachment in row exclusive mode`;
}

async function exportSnapshot(reader: Transaction) {
  await reader.sql`begin isolation level repeatable read read only`;
  // The snapshot waits for the dump, however long that takes; the settings say nothing about what is seen.
  await reader.sql`set local idle_in_transaction_session_timeout = 0`;
  await reader.sql`select set_config('statement_timeout', ${milliseconds(countWithinSeconds)}, true)`;
  const [row] = await reader.sql<{ id: string; at: string }[]>`
    select pg_export_snapshot() as id,
      to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`;
  const files = await reader.sql<{ name: string }[]>`
    select distinct store_fname as name from ir_attachment where store_fname is not null order by 1`;
  if (row === undefined) throw new Fault('BACKUP_FAILED', 'PostgreSQL exported no snapshot.');
  // Sorted by bytes, whatever the collation of the database is.
  const attachmentFiles = files.map(({ name }) => name).sort();
  return { snapshotId: row.id, consistentAt: Temporal.Instant.from(row.at), attachmentFiles };
}

/** Ends what a failed opening left; the error that led here is the one to tell. */
async function abandon(...transactions: readonly (Transaction | undefined)[]): Promise<void> {
  for (const transaction of transactions) await transaction?.end('rollback').catch(() => {});
}

/**
 * Locks first, in one session, and takes the snapshot then, in another: what is deleted after the snapshot keeps its file
 * until the lock is given up, and the snapshot outlives the lock.
 */
export async function openSnapshot(url: Secret, signal: AbortSignal | undefined): Promise<SourceSnapshot> {
  let holder: Transaction | undefined;
  let reader: Transaction | undefined;
  try {
    signal?.throwIfAborted();
    holder = await beginOn(url);
    await lockAttachments(holder);
    signal?.throwIfAborted();
    reader = await beginOn(url);
    return held(await exportSnapshot(reader), holder, reader);
  } catch (error) {
    await abandon(holder, reader);
    throw translateSourceError(error);
  }
}

function held(
  known: Pick<SourceSnapshot, 'snapshotId' | 'consistentAt' | 'attachmentFiles'>,
  holder: Transaction,
  reader: Transaction,
): SourceSnapshot {
  let isLocked = true;
  let isOpen = true;
  return {
    ...known,
    releaseLock: async () => {
      if (!isLocked) return;
      isLocked = false;
      await holder.end('commit').catch((cause: unknown) => {
        const message = 'The lock on ir_attachment was lost before every file was copied; files may have gone unseen.';
        throw new Fault('BACKUP_FAILED', message, { cause });
      });
    },
    describe: async (options) => {
      options?.signal?.throwIfAborted();
      return readFacts(reader.sql).catch((error: unknown) => {
        throw translateSourceError(error);
      });
    },
    attachments: (options) => readAttachments(reader.sql, options?.files, options?.signal),
    close: async () => {
      if (isLocked) await abandon(holder);
      if (isOpen) await abandon(reader);
      isLocked = false;
      isOpen = false;
    },
  };
}
