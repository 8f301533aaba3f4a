import { Fault } from '../../../core/kernel/index.ts';
import { createApiToken, revokeApiToken } from '../../../workflows/api-tokens.ts';
import { actorOf } from '../authorize.ts';
import type { HandlerGroup } from '../handler.ts';
import { iso, tokenView } from '../views/format.ts';

/** People and tokens. */
export const accessHandlers: HandlerGroup<'listUsers' | 'listTokens' | 'createToken' | 'revokeToken'> = (deps) => ({
  listUsers: async () => ({
    items: (await deps.access.listPeople()).flatMap(({ role, ...person }) =>
      role === 'anonymous' ? [] : [{ ...person, role, createdAt: iso(person.createdAt) }],
    ),
  }),
  listTokens: async () => ({ items: (await deps.store.tokens.list()).map(tokenView) }),
  createToken: async ({ body, caller }) => {
    const { token, secret } = await createApiToken(deps, body, actorOf(caller));
    return { ...tokenView(token), secret };
  },
  revokeToken: async ({ params, caller }) => {
    const token = await revokeApiToken(deps, params.id, actorOf(caller));
    if (token === undefined) throw new Fault('NOT_FOUND', `There is no token ${params.id}.`);
    return tokenView(token);
  },
});
