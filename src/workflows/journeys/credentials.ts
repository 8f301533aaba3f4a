import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Environment } from '../../core/estate/index.ts';
import { synthetic } from '../../core/journey/index.ts';
import { createSecret, Fault, type Secret } from '../../core/kernel/index.ts';
import type { JourneyKeyStore } from '../../ports/journey-key-store.ts';
import type { OdooAccess } from '../../ports/odoo-access.ts';
import type { OdooWebSession, WebLimits } from '../../ports/odoo-web.ts';

/** Odoo lets internal users make keys for at most 90 days; a refused key is renewed, so nothing breaks at their end. */
const keyDays = '90';
const signInSeconds = 15;

/**
 * The password of a user of ours, derived from the operator's API key: every controller that holds that key knows it,
 * it is stored nowhere, and it tells nothing about the key. A new API key needs `plimsoll journey install` again.
 */
export async function derivedPassword(odoo: OdooAccess, environment: Environment, login: string): Promise<Secret> {
  const key = await odoo.operatorKey(environment);
  const scope = ['plimsoll-journeys', environment.name, environment.odoo.database, login].join('\n');
  const password = createHmac('sha256', key.reveal()).update(scope).digest('base64url');
  return createSecret(`password of ${login} in ${environment.name}`, password);
}

const action = z.object({ res_model: z.string(), res_id: z.number().optional(), context: z.unknown() });
const shown = z.object({ default_key: z.string().min(1) });

/** Calls a model's method in a web session, as the web client does. */
async function inSession(
  session: OdooWebSession,
  limits: WebLimits,
  model: string,
  method: string,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  return session.rpc(`/web/dataset/call_kw/${model}/${method}`, { model, method, args, kwargs }, limits);
}

/** Walks the "new API key" dialogue, password check included: Odoo offers no other public way to make a key. */
async function makeKey(session: OdooWebSession, password: string, limits: WebLimits): Promise<string> {
  const description = [{ name: 'Plimsoll journeys', duration: keyDays }];
  const ids = z
    .array(z.number())
    .parse(await inSession(session, limits, 'res.users.apikeys.description', 'create', [description]));
  let answer = action.parse(await inSession(session, limits, 'res.users.apikeys.description', 'make_key', [ids]));
  if (answer.res_model === 'res.users.identitycheck') {
    const check = [answer.res_id ?? 0];
    // To 17 the password is a field of the check, from 18 on it travels in the context; each ignores the other's way.
    await inSession(session, limits, 'res.users.identitycheck', 'write', [check, { password }]);
    const context = { context: { password } };
    answer = action.parse(await inSession(session, limits, 'res.users.identitycheck', 'run_check', [check], context));
  }
  return shown.parse(answer.context).default_key;
}

/** Signs the journeys' user in, makes it a new API key and keeps that. */
export async function renewJourneyKey(
  deps: { readonly odoo: OdooAccess; readonly keys: JourneyKeyStore },
  environment: Environment,
  signal?: AbortSignal,
): Promise<Secret> {
  const login = synthetic.userLogin;
  const password = (await derivedPassword(deps.odoo, environment, login)).reveal();
  const session = await deps.odoo.web(environment);
  const limits = { timeoutSeconds: signInSeconds, signal };
  const signIn = { db: environment.odoo.database, login, password };
  const answer = await session.rpc('/web/session/authenticate', signIn, limits);
  if (z.object({ uid: z.number() }).safeParse(answer).success) {
    return deps.keys.write(environment.name, await makeKey(session, password, limits));
  }
  throw new Fault(
    'ODOO_DENIED',
    `${login} cannot sign in to ${environment.name}; run \`plimsoll journey install\` again`,
    {
      details: { exception: 'odoo.exceptions.AccessDenied' },
    },
  );
}
