import type { BackupRun } from '../../core/recovery/index.ts';
import type { BackupRunStore } from '../../ports/recovery-store.ts';

export interface BackupRecords {
  readonly backups: Map<string, BackupRun>;
}

/** Attempts at backups in memory. */
export function backupRunsOf(records: BackupRecords): BackupRunStore {
  const change = (id: string, to: (run: BackupRun) => BackupRun): void => {
    const run = records.backups.get(id);
    if (run !== undefined) records.backups.set(id, to(run));
  };
  return {
    async begin(run) {
      records.backups.set(run.id, run);
    },
    async progress(id, progress, at) {
      change(id, (run) => (run.state === 'running' ? { ...run, progress, seenAt: at } : run));
    },
    async end({ id, figures, ...ending }) {
      const before = records.backups.get(id)?.state;
      const isFailure = ending.state === 'failed' || ending.state === 'cancelled';
      if (before === undefined || (before === 'succeeded' && isFailure)) return false;
      change(id, (run) => ({
        ...run,
        ...ending,
        progress: null,
        figures: figures ?? run.figures,
        seenAt: ending.finishedAt,
      }));
      return true;
    },
    async reach(id, until) {
      change(id, (run) => {
        const isFurther = run.reachesUntil === undefined || Temporal.Instant.compare(until, run.reachesUntil) > 0;
        return isFurther ? { ...run, reachesUntil: until } : run;
      });
    },
    async get(id) {
      return records.backups.get(id);
    },
    async list({ environment, state, limit }) {
      return [...records.backups.values()]
        .filter((run) => environment === undefined || run.environment === environment)
        .filter((run) => state === undefined || run.state === state)
        .sort((a, b) => Temporal.Instant.compare(b.startedAt, a.startedAt) || (a.id < b.id ? 1 : -1))
        .slice(0, limit);
    },
    async newestGood() {
      const good = [...records.backups.values()]
        .filter(({ state }) => state === 'succeeded')
        .sort((a, b) => Temporal.Instant.compare(a.startedAt, b.startedAt) || (a.id < b.id ? -1 : 1));
      // The newest of an environment stands when all are laid in.
      const byEnvironment = new Map(good.map((run) => [run.environment, run]));
      return [...byEnvironment.values()].sort((a, b) => (a.environment < b.environment ? -1 : 1));
    },
    async prune(before) {
      const isOld = ({ state, finishedAt }: BackupRun): boolean =>
        (state === 'failed' || state === 'cancelled' || state === 'withdrawn') &&
        finishedAt !== null &&
        Temporal.Instant.compare(finishedAt, before) < 0;
      const old = [...records.backups.values()].filter(isOld);
      for (const { id } of old) records.backups.delete(id);
      return old.length;
    },
  };
}
