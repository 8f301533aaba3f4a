/**
 * Calls methods of Odoo models. JSON-2 from 19, XML-RPC/JSON-RPC to 18; the adapter hides which.
 * Throws `Fault` with ODOO_UNREACHABLE, ODOO_TIMEOUT, ODOO_DENIED or ODOO_FAILED.
 */
export interface OdooRpc {
  /** `ids` is left out for a method of the model itself, and empty for a method of records that needs none; `args` are named. */
  call(request: {
    readonly model: string;
    readonly method: string;
    readonly ids?: readonly number[];
    readonly args?: Readonly<Record<string, unknown>>;
    readonly context?: Readonly<Record<string, unknown>>;
    readonly timeoutSeconds: number;
    readonly signal?: AbortSignal;
  }): Promise<unknown>;
  /** The server's version, such as `19.0`, without signing in. */
  version(timeoutSeconds: number): Promise<string>;
}
