import type { Environment } from '../../core/estate/index.ts';
import { type JourneyActor, synthetic } from '../../core/journey/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { OdooRpc } from '../../ports/odoo-rpc.ts';
import type { WebLimits } from '../../ports/odoo-web.ts';
import type { WorldAction } from '../run-script.ts';
import { derivedPassword, renewJourneyKey } from './credentials.ts';
import type { JourneyDependencies } from './dependencies.ts';

/** Does what a script asks, within the limits of the step it is in. */
export type World = (action: WorldAction, limits: WebLimits) => Promise<unknown>;

/** Whether Odoo refused our key or password, rather than a right: that says something about us, not about the business. */
export function isOurKeyRefused(error: unknown): boolean {
  return (
    error instanceof Fault &&
    error.code === 'ODOO_DENIED' &&
    error.details['exception'] !== 'odoo.exceptions.AccessError'
  );
}

function rpcWorld(rpc: OdooRpc): World {
  return (action, limits) => {
    if (action.kind !== 'call') throw new Error(`a script over RPC asked for a ${action.kind}`);
    const { kind: _kind, ...request } = action;
    const { timeoutSeconds, signal } = limits;
    return rpc.call({ ...request, timeoutSeconds, ...(signal === undefined ? {} : { signal }) });
  };
}

/** As the synthetic company's user. A refused key is renewed once: a refused call did nothing, so it may be repeated. */
async function journeysWorld(deps: JourneyDependencies, environment: Environment): Promise<World> {
  const renew = (signal?: AbortSignal) => renewJourneyKey(deps, environment, signal);
  const key = async () => (await deps.keys.read(environment.name)) ?? (await renew());
  const world = rpcWorld(await deps.odoo.user(environment, synthetic.userLogin, key));
  let isRenewed = false;
  return async (action, limits) => {
    try {
      return await world(action, limits);
    } catch (error) {
      if (isRenewed || !isOurKeyRefused(error)) throw error;
      isRenewed = true;
      await renew(limits.signal);
      return world(action, limits);
    }
  };
}

async function portalWorld(deps: JourneyDependencies, environment: Environment): Promise<World> {
  const session = await deps.odoo.web(environment);
  const login = synthetic.portalLogin;
  return async (action, limits) => {
    if (action.kind === 'page') return session.get(action.path, limits);
    if (action.kind === 'call') throw new Error('a portal script asked for an RPC call');
    const password = (await derivedPassword(deps.odoo, environment, login)).reveal();
    return session.post(action.path, { ...action.fields, login, password }, limits);
  };
}

/** The world as one of the actors sees it. */
export async function openWorld(
  deps: JourneyDependencies,
  environment: Environment,
  actor: JourneyActor,
): Promise<World> {
  if (actor === 'operator') return rpcWorld(await deps.odoo.operator(environment));
  return actor === 'journeys' ? journeysWorld(deps, environment) : portalWorld(deps, environment);
}
