import type { Environment } from '../../core/estate/index.ts';
import { type Installation, installScript, synthetic } from '../../core/journey/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { OdooAccess } from '../../ports/odoo-access.ts';
import { runScript } from '../run-script.ts';
import { derivedPassword, renewJourneyKey } from './credentials.ts';
import type { JourneyDependencies } from './dependencies.ts';

/** Loading a chart of accounts is the slowest call; it may install a module on old versions. */
const callSeconds = 120;

/**
 * Whether Odoo itself knows the journeys' user; a key of ours may have outlived the database that it was for. Only the
 * internal user is asked for: Odoo shows portal users to members of their own companies alone, and the operator is none
 * of them.
 */
export async function isSetUp(odoo: OdooAccess, environment: Environment, signal?: AbortSignal): Promise<boolean> {
  const rpc = await odoo.operator(environment);
  const domain = [['login', '=', synthetic.userLogin]];
  const request = { model: 'res.users', method: 'search_count', args: { domain }, timeoutSeconds: 10 };
  return (await rpc.call(signal === undefined ? request : { ...request, signal })) === 1;
}

/**
 * Sets up the synthetic company and its users, and this controller's key for them. Needs an administrator's API key as
 * `connect.odoo.apiKey`. Safe to run again, and after an interruption: what exists is kept, what is missing is added.
 */
export async function installJourneys(
  deps: Pick<JourneyDependencies, 'odoo' | 'keys'>,
  environment: Environment,
  options: { readonly signal?: AbortSignal; readonly onStep?: (name: string) => void } = {},
): Promise<Installation> {
  const { signal, onStep } = options;
  const rpc = await deps.odoo.operator(environment);
  const passwords = {
    journeys: await derivedPassword(deps.odoo, environment, synthetic.userLogin),
    portal: await derivedPassword(deps.odoo, environment, synthetic.portalLogin),
  };
  const majorVersion = Number(/(\d+)/.exec(environment.odoo.version)?.[1] ?? Number.NaN);
  const end = await runScript(
    installScript({ majorVersion, passwords }),
    (action) => {
      if (action.kind !== 'call') throw new Error(`an installation asked for a ${action.kind}`);
      const { kind: _kind, ...asked } = action;
      const request = { ...asked, timeoutSeconds: callSeconds };
      return rpc.call(signal === undefined ? request : { ...request, signal });
    },
    onStep,
  );
  if (end.kind === 'mismatch') throw new Fault('ODOO_FAILED', `the synthetic company was not set up: ${end.reason}`);
  onStep?.("make the journeys' user a key");
  await renewJourneyKey(deps, environment, signal);
  return end.result;
}
