import * as http from 'node:http';
import * as https from 'node:https';
import { Fault, formatDuration } from '../../core/kernel/index.ts';

/** What to send. The timeout counts from the call, waiting for a free connection included. */
export interface HttpRequest {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** A bounded pool of kept-alive connections to one server. Redirects are answers, never followed. */
export interface HttpClient {
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

export interface HttpLimits {
  /** Connections kept and used at most; further calls wait their turn within their own timeout. */
  readonly maximumConnections: number;
  /** A longer answer is refused: a runaway read must not fill our memory. */
  readonly maximumAnswerBytes: number;
}

export const defaultLimits: HttpLimits = { maximumConnections: 32, maximumAnswerBytes: 16 * 1_024 * 1_024 };

/** An address without its user, password, query and fragment: safe to print. */
export function safeAddress(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function unreachable(url: URL, error: unknown): Fault {
  const code = (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.message : 'unknown');
  return new Fault('ODOO_UNREACHABLE', `${safeAddress(url)} does not answer (${code})`, {
    cause: error,
    details: { url: safeAddress(url), error: code },
  });
}

function timedOut(url: URL, timeoutSeconds: number): Fault {
  return new Fault('ODOO_TIMEOUT', `${safeAddress(url)} gave no answer within ${formatDuration(timeoutSeconds)}`, {
    details: { url: safeAddress(url), timeoutSeconds },
  });
}

/** Collects the body; rejects when it is longer than allowed, or when the server closes in the middle. */
function readBody(answer: http.IncomingMessage, url: URL, maximumBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    answer.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > maximumBytes) {
        reject(
          new Fault('ODOO_FAILED', `the answer of ${safeAddress(url)} is longer than ${maximumBytes} bytes`, {
            details: { url: safeAddress(url), maximumBytes },
          }),
        );
        answer.destroy();
      }
    });
    answer.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    answer.on('error', (error) => reject(unreachable(url, error)));
    answer.on('aborted', () =>
      reject(unreachable(url, new Error('the connection closed in the middle of the answer'))),
    );
  });
}

function exchange(
  agent: http.Agent,
  request: HttpRequest,
  limits: HttpLimits,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const { url } = request;
  const open = url.protocol === 'https:' ? https.request : http.request;
  return new Promise((resolve, reject) => {
    const body = request.body === undefined ? undefined : Buffer.from(request.body);
    const length = body === undefined ? {} : { 'content-length': String(body.length) };
    const outgoing = open(url, { agent, method: request.method, headers: { ...request.headers, ...length }, signal });
    outgoing.on('error', (error) => reject(unreachable(url, error)));
    outgoing.on('response', (answer) => {
      readBody(answer, url, limits.maximumAnswerBytes).then(
        (text) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }),
        reject,
      );
    });
    outgoing.end(body);
  });
}

/** Connections to one server. */
export function createHttpClient(limits: HttpLimits = defaultLimits): HttpClient {
  const options = { keepAlive: true, maxSockets: limits.maximumConnections, maxFreeSockets: limits.maximumConnections };
  const agents = { http: new http.Agent(options), https: new https.Agent(options) };
  return {
    send: async (request) => {
      request.signal?.throwIfAborted();
      const timeout = AbortSignal.timeout(Math.max(1, Math.ceil(request.timeoutSeconds * 1_000)));
      const signal = request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal]);
      const agent = request.url.protocol === 'https:' ? agents.https : agents.http;
      try {
        return await exchange(agent, request, limits, signal);
      } catch (error) {
        // The caller's own wish to stop is not a fault of Odoo's; it gets its reason back.
        if (request.signal?.aborted === true) throw request.signal.reason;
        if (timeout.aborted) throw timedOut(request.url, request.timeoutSeconds);
        throw error;
      }
    },
    close: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}
