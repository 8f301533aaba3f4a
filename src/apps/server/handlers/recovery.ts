import { type Refusal, refuse } from '../../../core/kernel/index.ts';
import { actorOf } from '../authorize.ts';
import { findEnvironment } from '../find-environment.ts';
import type { HandlerGroup } from '../handler.ts';
import { Refused } from '../problem.ts';
import { iso } from '../views/format.ts';
import { recoveryOf, recoveryOfEstate } from '../views/recovery.ts';
import { backupRunView, restorePointsOf } from '../views/restore-points.ts';

type Names = 'listBackups' | 'startBackup' | 'startDrill' | 'listRecovery' | 'getRecovery' | 'listRestorePoints';

const nowhere = (name: string): Refusal =>
  refuse({
    code: 'BACKUP_WITHOUT_REPOSITORY',
    message: `Nothing says which repository the backups of ${name} go to.`,
    hint: 'Declare a document `kind: Repository`, or name one: `backup: { repository: … }`.',
  });

/** Recovery: what can be restored, what proves it, and a backup or a drill now. */
export const recoveryHandlers: HandlerGroup<Names> = (deps) => ({
  listBackups: async ({ params, query }) => {
    const environment = findEnvironment(deps, params.name);
    const runs = await deps.store.backups.list({ environment: environment.name, limit: query.limit });
    return { items: runs.map(backupRunView) };
  },
  startBackup: async ({ params, caller }) => {
    const environment = findEnvironment(deps, params.name);
    if (environment.backup.repository === undefined) throw new Refused(nowhere(environment.name));
    const id = await deps.startBackup(environment, actorOf(caller));
    const subject = `environment/${environment.name}`;
    await deps.store.ledger.append(
      { actor: actorOf(caller), type: 'backup.requested', subject, data: { backup: id } },
      deps.clock.now(),
    );
    return { id };
  },
  startDrill: async ({ params, body, caller }) => {
    const environment = findEnvironment(deps, params.name);
    const answer = await deps.startDrill(environment.name, body.backup, actorOf(caller));
    if (answer.kind === 'refused') throw new Refused(answer);
    const subject = `environment/${environment.name}`;
    const at = deps.clock.now();
    const data = { backup: answer.backup, task: answer.task };
    await deps.store.ledger.append({ actor: actorOf(caller), type: 'drill.requested', subject, data }, at);
    return { backup: answer.backup, task: answer.task, requestedAt: iso(at) };
  },
  listRecovery: async () => ({ items: await recoveryOfEstate(deps) }),
  getRecovery: ({ params, query }) => recoveryOf(deps, findEnvironment(deps, params.name), query.days),
  listRestorePoints: async ({ params }) => ({
    items: await restorePointsOf(deps, findEnvironment(deps, params.name).name),
  }),
});
