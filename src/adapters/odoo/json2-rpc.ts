import type { Secret } from '../../core/kernel/index.ts';
import type { OdooRpc } from '../../ports/odoo-rpc.ts';
import { readAnswer } from './answers.ts';
import type { HttpClient } from './http.ts';
import type { Resilience } from './resilience.ts';

/** How to reach one database as one user. The key is asked for at every call, so that a rotated one counts at once. */
export interface RpcOptions {
  readonly url: URL;
  readonly database: string;
  readonly login: string;
  readonly key: () => Promise<Secret>;
  readonly http: HttpClient;
  readonly resilience: Resilience;
}

/** An address below the server's, keeping a path prefix that a proxy may want. */
export function below(url: URL, path: string): URL {
  return new URL(`${url.pathname.replace(/\/$/, '')}${path}`, url);
}

/** JSON-2: `POST /json/2/<model>/<method>` with a bearer API key; Odoo 19 and later. */
export function createJson2Rpc(options: RpcOptions): OdooRpc {
  const { http, resilience, database } = options;
  return {
    call: async (request) => {
      const { model, method } = request;
      const key = await options.key();
      const url = below(options.url, `/json/2/${encodeURIComponent(model)}/${encodeURIComponent(method)}`);
      const ids = request.ids === undefined ? {} : { ids: request.ids };
      const body = JSON.stringify({ ...request.args, ...ids, context: request.context ?? {} });
      const headers = {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `bearer ${key.reveal()}`,
        'x-odoo-database': database,
      };
      const { timeoutSeconds, signal } = request;
      return resilience.execute(method, async () =>
        readAnswer({ model, method }, await http.send({ url, method: 'POST', headers, body, timeoutSeconds, signal })),
      );
    },
    version: async (timeoutSeconds) => {
      const url = below(options.url, '/web/version');
      const headers = { accept: 'application/json' };
      const asked = { model: 'web', method: 'version' };
      const answer = await http.send({ url, method: 'GET', headers, timeoutSeconds });
      const body = readAnswer(asked, answer) as { readonly version?: unknown };
      return String(body.version);
    },
  };
}
