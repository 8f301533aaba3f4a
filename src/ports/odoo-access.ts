import type { Environment } from '../core/estate/index.ts';
import type { Secret } from '../core/kernel/index.ts';
import type { OdooRpc } from './odoo-rpc.ts';
import type { OdooWebSession } from './odoo-web.ts';

/** Opens the ways into an environment's Odoo. Throws `Fault` SETTING_INVALID where the estate names no address. */
export interface OdooAccess {
  /** As the user whose API key the estate names. */
  operator(environment: Environment): Promise<OdooRpc>;
  /** The value of that API key, for deriving others from it. */
  operatorKey(environment: Environment): Promise<Secret>;
  /** As another user. The key is asked for at every call. */
  user(environment: Environment, login: string, key: () => Promise<Secret>): Promise<OdooRpc>;
  /** A new web session, not signed in. */
  web(environment: Environment): Promise<OdooWebSession>;
}
