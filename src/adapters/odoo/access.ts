import type { Environment } from '../../core/estate/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { OdooAccess } from '../../ports/odoo-access.ts';
import type { OdooRpc } from '../../ports/odoo-rpc.ts';
import { resolveText, type Secrets } from '../../ports/secrets.ts';
import { createHttpClient, defaultLimits, type HttpClient, type HttpLimits } from './http.ts';
import { createJsonRpc } from './json-rpc.ts';
import { createJson2Rpc, type RpcOptions } from './json2-rpc.ts';
import { createResilience, type Resilience } from './resilience.ts';
import { createWebSession } from './web-session.ts';

/** The first version that serves JSON-2. */
const firstJson2Version = 19;

/** `19` from `19.0` or `saas~18.3`. */
export function majorVersion(version: string): number {
  return Number(/(\d+)/.exec(version)?.[1] ?? Number.NaN);
}

/** The RPC dialect that a version speaks: JSON-2 from 19, JSON-RPC before. */
export function createOdooRpc(version: string, options: RpcOptions): OdooRpc {
  return majorVersion(version) >= firstJson2Version ? createJson2Rpc(options) : createJsonRpc(options);
}

function missing(environment: Environment, field: string): Fault {
  return new Fault('SETTING_INVALID', `${environment.name} declares no connect.odoo.${field}`, {
    details: { environment: environment.name, field: `connect.odoo.${field}` },
  });
}

async function addressOf(environment: Environment, secrets: Secrets): Promise<URL> {
  const declared = environment.connect.odoo?.url;
  if (declared === undefined) throw missing(environment, 'url');
  const url = URL.parse(await resolveText(secrets, declared));
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Fault('SETTING_INVALID', `connect.odoo.url of ${environment.name} is not an http(s) address`);
  }
  return url;
}

/** Ways into the Odoo of each environment, with one pool of connections and one circuit breaker per environment. */
export function createOdooAccess(options: {
  readonly secrets: Secrets;
  readonly limits?: HttpLimits;
}): OdooAccess & { close(): void } {
  const { secrets, limits = defaultLimits } = options;
  const servers = new Map<string, { readonly http: HttpClient; readonly resilience: Resilience }>();
  const serverOf = (name: string) => {
    const known = servers.get(name);
    if (known !== undefined) return known;
    const resilience = createResilience({ retries: 2, openAfterFailures: 5, openForSeconds: 5 });
    const server = { http: createHttpClient(limits), resilience };
    servers.set(name, server);
    return server;
  };

  const operatorKey: OdooAccess['operatorKey'] = async (environment) => {
    const reference = environment.connect.odoo?.apiKey;
    if (reference === undefined) throw missing(environment, 'apiKey');
    if (typeof reference !== 'string') return secrets.resolve(reference);
    throw new Fault('SETTING_INVALID', `connect.odoo.apiKey of ${environment.name} must be a reference, not a value`);
  };
  const user: OdooAccess['user'] = async (environment, login, key) => {
    const url = await addressOf(environment, secrets);
    const { database, version } = environment.odoo;
    return createOdooRpc(version, { url, database, login, key, ...serverOf(environment.name) });
  };

  return {
    operatorKey,
    user,
    operator: async (environment) => {
      const login = environment.connect.odoo?.login;
      const name = login === undefined ? '' : await resolveText(secrets, login);
      return user(environment, name, () => operatorKey(environment));
    },
    web: async (environment) =>
      createWebSession(await addressOf(environment, secrets), serverOf(environment.name).http),
    close: () => {
      for (const { http } of servers.values()) http.close();
    },
  };
}
