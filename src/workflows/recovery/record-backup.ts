import { Fault } from '../../core/kernel/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import type { BackupFigures, BackupProgress, BackupRun } from '../../core/recovery/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';

interface RecordParts {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly actor: Actor;
}

type Identity = Pick<BackupRun, 'id' | 'environment' | 'repository'>;
type Begun = Identity & Pick<BackupRun, 'method' | 'kind' | 'startedAt'>;

const mostRuns = 1_000;

/** What went wrong, for a record: a fault's code and words, never a stack. */
export function reasonOf(error: unknown): string {
  if (error instanceof Fault) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

async function record(
  parts: RecordParts,
  run: Identity,
  ending: {
    readonly state: 'succeeded' | 'failed' | 'cancelled';
    readonly reason: string | null;
    readonly figures: BackupFigures | null;
  },
): Promise<void> {
  const at = parts.clock.now();
  const { state, reason, figures } = ending;
  await parts.store.transaction(async (inside) => {
    if (!(await inside.backups.end({ id: run.id, state, reason, figures, finishedAt: at }))) return;
    // What it restores to is in the signed manifest; the ledger keeps the figures.
    const { restores: _, ...plain } = figures ?? {};
    const data = { backup: run.id, repository: run.repository, reason, ...plain };
    const subject = `environment/${run.environment}`;
    await inside.ledger.append({ actor: parts.actor, type: `backup.${state}`, subject, data }, at);
  });
}

/**
 * Ends the runs of an environment whose writer died. Only the holder of the repository's claim may say so: nobody else
 * writes. One whose manifest was published in its last moment has succeeded; of any other nothing is listed.
 */
export async function settleAbandoned(
  parts: RecordParts,
  run: Identity,
  published: ReadonlyMap<string, BackupFigures>,
): Promise<void> {
  const running = await parts.store.backups.list({ environment: run.environment, state: 'running', limit: mostRuns });
  for (const each of running.filter(({ id, repository }) => id !== run.id && repository === run.repository)) {
    const figures = published.get(each.id) ?? null;
    const state = figures === null ? 'failed' : 'succeeded';
    const reason =
      figures === null ? 'The process that wrote it ended before it was done; nothing of it is listed.' : null;
    await record(parts, each, { state, reason, figures });
  }
}

/** What a backup tells the records while it is taken. */
export interface BackupRecorder {
  progressed(progress: BackupProgress): void;
  succeeded(figures: BackupFigures): Promise<void>;
  failed(error: unknown): Promise<void>;
  /** As somebody wished; `why` is what they said. */
  cancelled(why: unknown): Promise<void>;
}

const recordEverySeconds = 3;

/** Records that a backup begins. */
export async function beginRecord(parts: RecordParts, run: Begun): Promise<BackupRecorder> {
  const { store, clock, actor } = parts;
  await store.transaction(async (inside) => {
    await inside.backups.begin({
      ...run,
      state: 'running',
      finishedAt: null,
      reason: null,
      progress: null,
      figures: null,
      seenAt: run.startedAt,
    });
    const data = { backup: run.id, repository: run.repository, method: run.method, kind: run.kind };
    const subject = `environment/${run.environment}`;
    await inside.ledger.append({ actor, type: 'backup.started', subject, data }, run.startedAt);
  });
  let recordedAt = run.startedAt;
  let underWay: Promise<void> = Promise.resolve();
  return {
    progressed: (progress) => {
      const now = clock.now();
      if (now.since(recordedAt).total('seconds') < recordEverySeconds) return;
      recordedAt = now;
      // A sign of life that cannot be written is no reason to lose the backup.
      underWay = underWay.then(() => store.backups.progress(run.id, progress, now)).catch(() => {});
    },
    succeeded: async (figures) => {
      await underWay;
      await record(parts, run, { state: 'succeeded', reason: null, figures });
    },
    failed: async (error) => {
      await underWay;
      await record(parts, run, { state: 'failed', reason: reasonOf(error), figures: null });
    },
    cancelled: async (why) => {
      await underWay;
      const reason = why instanceof Error ? why.message : String(why);
      await record(parts, run, { state: 'cancelled', reason, figures: null });
    },
  };
}
