import { actorOf } from '../authorize.ts';
import { findEnvironment } from '../find-environment.ts';
import type { HandlerGroup } from '../handler.ts';
import { iso } from '../views/format.ts';

/** Backups: what was attempted, and one now. */
export const recoveryHandlers: HandlerGroup<'listBackups' | 'startBackup'> = (deps) => ({
  listBackups: async ({ params, query }) => {
    const environment = findEnvironment(deps, params.name);
    const runs = await deps.store.backups.list({ environment: environment.name, limit: query.limit });
    return {
      items: runs.map(({ seenAt: _, ...run }) => ({
        ...run,
        startedAt: iso(run.startedAt),
        finishedAt: run.finishedAt === null ? null : iso(run.finishedAt),
      })),
    };
  },
  startBackup: async ({ params, caller }) => {
    const environment = findEnvironment(deps, params.name);
    const id = await deps.startBackup(environment.name);
    const subject = `environment/${environment.name}`;
    await deps.store.ledger.append(
      { actor: actorOf(caller), type: 'backup.requested', subject, data: { backup: id } },
      deps.clock.now(),
    );
    return { id };
  },
});
