import { Fault } from '../../../core/kernel/index.ts';
import { createApiToken, revokeApiToken } from '../../../workflows/api-tokens.ts';
import { issueSignInLink, withdrawSignInLinks } from '../../../workflows/sign-in-link.ts';
import { actorOf, granterOf } from '../authorize.ts';
import type { HandlerGroup } from '../handler.ts';
import { iso, tokenView } from '../views/format.ts';

/** People and tokens. */
export const accessHandlers: HandlerGroup<
  'listUsers' | 'createSignInLink' | 'withdrawSignInLinks' | 'listTokens' | 'createToken' | 'revokeToken'
> = (deps) => ({
  listUsers: async () => ({
    items: (await deps.access.listPeople()).flatMap(({ role, ...person }) =>
      role === 'anonymous' ? [] : [{ ...person, role, createdAt: iso(person.createdAt) }],
    ),
  }),
  createSignInLink: async ({ body, caller }) => {
    const link = await issueSignInLink(deps, { role: body.role, isFirst: false }, granterOf(caller));
    return { ...link, expiresAt: iso(link.expiresAt) };
  },
  withdrawSignInLinks: async ({ caller }) => ({ withdrawn: await withdrawSignInLinks(deps, actorOf(caller)) }),
  listTokens: async () => ({ items: (await deps.store.tokens.list()).map(tokenView) }),
  createToken: async ({ body, caller }) => {
    const { token, secret } = await createApiToken(deps, body, granterOf(caller));
    return { ...tokenView(token), secret };
  },
  revokeToken: async ({ params, caller }) => {
    const token = await revokeApiToken(deps, params.id, actorOf(caller));
    if (token === undefined) throw new Fault('NOT_FOUND', `There is no token ${params.id}.`);
    return tokenView(token);
  },
});
