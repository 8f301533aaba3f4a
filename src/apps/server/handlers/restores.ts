import type { Environment } from '../../../core/estate/index.ts';
import { type Refusal, refuse } from '../../../core/kernel/index.ts';
import type { Caller } from '../../../ports/access.ts';
import { actorOf } from '../authorize.ts';
import type { RestoreAsk, ServerDeps } from '../deps.ts';
import { findEnvironment } from '../find-environment.ts';
import type { HandlerGroup } from '../handler.ts';
import { Refused } from '../problem.ts';
import { prunePlanView, restorePreviewView } from '../views/restores.ts';

type Names =
  | 'planRestore'
  | 'startRestore'
  | 'makeClone'
  | 'startRestoreInPlace'
  | 'startVerification'
  | 'planPruning'
  | 'startPruning';

/** Throws CONSENT_REQUIRED where what was typed is not the environment's name. */
function assertTyped(typed: string, { name }: Environment, what: string): void {
  if (typed === name) return;
  const message = `${typed} is not the name of what is meant: ${name}.`;
  throw new Refused(
    refuse({ code: 'CONSENT_REQUIRED', message, hint: `Give ${name} once more as \`confirm\`: ${what}` }),
  );
}

function begun(answer: { readonly kind: 'started'; readonly id: string } | Refusal): { readonly id: string } {
  if (answer.kind === 'refused') throw new Refused(answer);
  return { id: answer.id };
}

/** Looks first, and starts only what may be done: what cannot be, or was not agreed to, is refused before anything is begun. */
async function start(deps: ServerDeps, environment: Environment, ask: RestoreAsk, caller: Caller) {
  const looked = await deps.requests.lookAtRestore(environment, ask);
  const { refusals, agreements } = restorePreviewView(environment, ask, looked);
  const reasons = [...refusals, ...agreements.map(({ code, message, hint }) => ({ code, message, hint }))];
  if (reasons.length > 0) throw new Refused(refuse(...reasons));
  return begun(await deps.requests.restore(environment, ask, actorOf(caller)));
}

function assertHasRepository({ name, backup }: Environment): void {
  if (backup.repository !== undefined) return;
  const message = `Nothing says which repository the backups of ${name} go to.`;
  const hint = 'Declare a document `kind: Repository`, or name one: `backup: { repository: … }`.';
  throw new Refused(refuse({ code: 'BACKUP_WITHOUT_REPOSITORY', message, hint }));
}

/** Restores, clones, checks of content and retention, asked for by people. */
export const restoreHandlers: HandlerGroup<Names> = (deps) => ({
  planRestore: async ({ params, body }) => {
    const environment = findEnvironment(deps, params.name);
    return restorePreviewView(environment, body, await deps.requests.lookAtRestore(environment, body));
  },
  startRestore: ({ params, body, caller }) =>
    start(deps, findEnvironment(deps, params.name), { ...body, mode: 'new' }, caller),
  makeClone: ({ params, body, caller }) =>
    start(deps, findEnvironment(deps, params.name), { ...body, mode: 'clone' }, caller),
  startRestoreInPlace: async ({ params, body: { confirm, ...body }, caller }) => {
    const environment = findEnvironment(deps, params.name);
    assertTyped(confirm, environment, 'what is there now is replaced.');
    return start(deps, environment, { ...body, mode: 'in-place' }, caller);
  },
  startVerification: async ({ params, body, caller }) => {
    const environment = findEnvironment(deps, params.name);
    assertHasRepository(environment);
    const { backup, repository } = body;
    return begun(await deps.requests.verify(environment, { backup, repository }, actorOf(caller)));
  },
  planPruning: async ({ params }) => {
    const environment = findEnvironment(deps, params.name);
    assertHasRepository(environment);
    return { items: (await deps.requests.planPrune(environment)).map(prunePlanView) };
  },
  startPruning: async ({ params, body, caller }) => {
    const environment = findEnvironment(deps, params.name);
    assertHasRepository(environment);
    assertTyped(body.confirm, environment, 'its backups that no rule keeps are withdrawn for good.');
    return begun(await deps.requests.prune(environment, actorOf(caller)));
  },
});
