/** A page as the server sent it. Redirects are answers. */
export interface WebPage {
  readonly status: number;
  /** Where a redirect leads within the same site: path and query; `null` when there is none or it leads elsewhere. */
  readonly location: string | null;
  readonly text: string;
}

export interface WebLimits {
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** One browser session without a browser: it keeps cookies. Throws `Fault` ODOO_UNREACHABLE or ODOO_TIMEOUT. */
export interface OdooWebSession {
  get(path: string, limits: WebLimits): Promise<WebPage>;
  /** Posts a form. */
  post(path: string, fields: Readonly<Record<string, string>>, limits: WebLimits): Promise<WebPage>;
  /** Calls one of the web client's JSON routes; answers its result, or throws as `OdooRpc` does. */
  rpc(path: string, params: Readonly<Record<string, unknown>>, limits: WebLimits): Promise<unknown>;
}
