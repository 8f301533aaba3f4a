import { type LifecycleState, transition } from '../../../core/estate/index.ts';
import { Fault, refuse } from '../../../core/kernel/index.ts';
import type { EnvironmentCopy } from '../../../core/recovery/index.ts';
import type { Caller } from '../../../ports/access.ts';
import { moveCopy, removeCopy } from '../../../workflows/recovery/copies.ts';
import { actorOf } from '../authorize.ts';
import type { ServerDeps } from '../deps.ts';
import { findEnvironment } from '../find-environment.ts';
import type { HandlerGroup } from '../handler.ts';
import { Refused } from '../problem.ts';
import { cloneView, copyPlacesOf } from '../views/copies.ts';

type Names = 'listBackupCopies' | 'startBackupCopies' | 'listClones' | 'startClone' | 'stopClone' | 'removeClone';

/** The copy of that name, where it was made on this machine. Throws NOT_FOUND, or refuses with the way out. */
async function cloneHere(deps: ServerDeps, name: string): Promise<EnvironmentCopy> {
  const found = await deps.store.copies.find(name);
  if (found === undefined) throw new Fault('NOT_FOUND', `There is no clone ${name}.`);
  if (await deps.clones.isHere(found)) return found;
  const message = `${name} was not made on the machine of this server.`;
  const hint = `Use \`plimsoll clone\` on the machine that has it.`;
  throw new Refused(refuse({ code: 'CLONE_ELSEWHERE', message, hint }));
}

/** Does something to a clone that its life allows, and notes it. What is not allowed is refused before anything is done. */
async function act(
  deps: ServerDeps,
  { name, caller }: { readonly name: string; readonly caller: Caller },
  { to, reason }: { readonly to: LifecycleState; readonly reason: string },
  work: (clone: EnvironmentCopy) => Promise<void>,
) {
  const clone = await cloneHere(deps, name);
  const isThere = clone.state === to;
  const allowed = transition(clone.state, to);
  if (!isThere && allowed.kind === 'refused') throw new Refused(allowed);
  await work(clone);
  if (isThere) return cloneView(clone);
  const moved = await moveCopy({ ...deps, actor: actorOf(caller) }, clone, { to, reason });
  if ('kind' in moved) throw new Refused(moved);
  return cloneView(moved);
}

/** Copies of backups in other regions, and clones. */
export const copyHandlers: HandlerGroup<Names> = (deps) => ({
  listBackupCopies: async ({ params }) => ({
    items: await copyPlacesOf(deps, findEnvironment(deps, params.name)),
  }),
  startBackupCopies: async ({ params, caller }) => {
    const environment = findEnvironment(deps, params.name);
    const repositories = await deps.startCopies(environment);
    if (repositories.length === 0) {
      const message = `${environment.name} has no repository that its backups are copied to.`;
      const hint = 'Declare regions, each with a Repository that lies in it: `backup: { copies: [region] }`.';
      throw new Refused(refuse({ code: 'COPY_WITHOUT_REPOSITORY', message, hint }));
    }
    const subject = `environment/${environment.name}`;
    const entry = { actor: actorOf(caller), type: 'backup.copy-requested', subject, data: { repositories } };
    await deps.store.ledger.append(entry, deps.clock.now());
    return { repositories: [...repositories] };
  },
  listClones: async ({ query: { source, includeRetired, limit } }) => {
    const all = await deps.store.copies.list({ includeRetired: includeRetired === 'true', limit });
    return { items: all.filter((clone) => source === undefined || clone.source === source).map(cloneView) };
  },
  startClone: ({ params, caller, signal }) =>
    act(deps, { name: params.name, caller }, { to: 'active', reason: 'it was started' }, (clone) =>
      deps.clones.start(clone, signal),
    ),
  stopClone: ({ params, caller }) =>
    act(deps, { name: params.name, caller }, { to: 'suspended', reason: 'it was stopped' }, deps.clones.stop),
  removeClone: async ({ params, body, caller }) => {
    if (body.confirm !== params.name) {
      const message = `${body.confirm} is not the name of what is meant: ${params.name}.`;
      const hint = 'Give the name of the clone once more as `confirm`: everything in it goes.';
      throw new Refused(refuse({ code: 'CONSENT_REQUIRED', message, hint }));
    }
    const clone = await cloneHere(deps, params.name);
    await removeCopy({ ...deps, actor: actorOf(caller) }, clone, deps.clones.takeAway, 'somebody removed it');
    return cloneView({ ...clone, state: 'retired', changedAt: deps.clock.now() });
  },
});
