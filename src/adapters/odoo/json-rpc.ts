import { z } from 'zod';
import { Fault } from '../../core/kernel/index.ts';
import type { OdooRpc } from '../../ports/odoo-rpc.ts';
import { type Asked, readJsonRpcAnswer } from './answers.ts';
import { below, type RpcOptions } from './json2-rpc.ts';

type Request = Parameters<OdooRpc['call']>[0];

/**
 * Arguments that are given by position, because their names differ between versions (`domain` was `args` to 15) or
 * are hidden by a decorator (`vals_list`). Everything else goes by name, as in JSON-2.
 */
const positional: Readonly<Record<string, readonly string[]>> = {
  create: ['vals_list'],
  write: ['vals'],
  search: ['domain'],
  search_count: ['domain'],
  search_read: ['domain', 'fields'],
  read: ['fields'],
};

/** Splits named arguments into the positions and keywords that `execute_kw` takes. */
export function executeArguments(request: Request): {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
} {
  const named = new Map(Object.entries(request.args ?? {}));
  const args: unknown[] = request.ids === undefined ? [] : [request.ids];
  for (const name of positional[request.method] ?? []) {
    if (!named.has(name)) break;
    args.push(named.get(name));
    named.delete(name);
  }
  return { args, kwargs: { ...Object.fromEntries(named), context: request.context ?? {} } };
}

/** JSON-RPC: `POST /jsonrpc` with `execute_kw` and the API key in the password's place; Odoo 14 to 18, and 19 still. */
export function createJsonRpc(options: RpcOptions): OdooRpc {
  const { http, resilience, database } = options;
  const url = below(options.url, '/jsonrpc');
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  let knownUser: { readonly key: string; readonly id: number } | undefined;

  const ask = async (
    asked: Asked,
    params: Readonly<Record<string, unknown>>,
    limits: { readonly timeoutSeconds: number; readonly signal?: AbortSignal | undefined },
  ): Promise<unknown> => {
    const body = JSON.stringify({ jsonrpc: '2.0', method: 'call', id: 1, params });
    return resilience.execute(asked.method, async () =>
      readJsonRpcAnswer(asked, await http.send({ url, method: 'POST', headers, body, ...limits })),
    );
  };

  const userId = async (key: string, limits: { timeoutSeconds: number; signal?: AbortSignal | undefined }) => {
    if (knownUser?.key === key) return knownUser.id;
    const args = [database, options.login, key, {}];
    const asked = { model: 'common', method: 'authenticate' };
    const id = z.number().safeParse(await ask(asked, { service: 'common', method: 'authenticate', args }, limits));
    if (!id.success) {
      const exception = 'odoo.exceptions.AccessDenied';
      throw new Fault('ODOO_DENIED', `${exception}: Odoo knows no such login and API key`, { details: { exception } });
    }
    knownUser = { key, id: id.data };
    return id.data;
  };

  return {
    call: async (request) => {
      const { model, method } = request;
      const limits = { timeoutSeconds: request.timeoutSeconds, signal: request.signal };
      const key = (await options.key()).reveal();
      const id = await userId(key, limits);
      const { args, kwargs } = executeArguments(request);
      const execute = [database, id, key, model, method, args, kwargs];
      return ask({ model, method }, { service: 'object', method: 'execute_kw', args: execute }, limits);
    },
    version: async (timeoutSeconds) => {
      const asked = { model: 'common', method: 'version' };
      const answer = await ask(asked, { service: 'common', method: 'version', args: [] }, { timeoutSeconds });
      return z.object({ server_serie: z.string() }).parse(answer).server_serie;
    },
  };
}
