import { z } from 'zod';
import { Fault, type FaultCode, type FaultDetails } from '../../core/kernel/index.ts';
import type { HttpAnswer } from './http.ts';

/** What was asked, for messages: `sale.order.action_confirm`. */
export interface Asked {
  readonly model: string;
  readonly method: string;
}

/** Odoo's own error, without its traceback. */
const odooError = z.object({ name: z.string().default(''), message: z.string().default('') });
const longestMessage = 500;

function shorten(text: string): string {
  const oneLine = text.replaceAll(/\s+/g, ' ').trim();
  return oneLine.length > longestMessage ? `${oneLine.slice(0, longestMessage)} …` : oneLine;
}

function fault(code: FaultCode, asked: Asked, message: string, details: FaultDetails): Fault {
  return new Fault(code, `${asked.model}.${asked.method}: ${shorten(message)}`, {
    details: { model: asked.model, method: asked.method, ...details },
  });
}

const denials: ReadonlySet<string> = new Set([
  'odoo.exceptions.AccessDenied',
  'odoo.exceptions.AccessError',
  'odoo.http.SessionExpiredException',
]);

/**
 * The fault for an error that Odoo reported itself: its exception's name and message are kept, its trace is not.
 * `exception` in the details tells a refused key (`AccessDenied`, `Unauthorized`) from a missing right (`AccessError`).
 */
export function faultOfException(asked: Asked, exception: string, message: string, status: number): Fault {
  const isDenied = status === 401 || denials.has(exception);
  const text = exception === '' ? message : `${exception}: ${message}`;
  return fault(isDenied ? 'ODOO_DENIED' : 'ODOO_FAILED', asked, text, { exception, status });
}

function titleOf(html: string): string {
  return /<title>([^<]{1,200})<\/title>/i.exec(html)?.[1]?.trim() ?? 'a page without a title';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The fault for an answer that is not from Odoo's RPC: a redirect, a proxy's error page, another program's port. */
function faultOfPage(asked: Asked, answer: HttpAnswer): Fault {
  const { status } = answer;
  if (status >= 300 && status < 400) {
    const target = String(answer.headers.location ?? 'nowhere').split('?')[0] ?? '';
    const hint = `it redirects to ${target}; connect.odoo.url must be the address itself`;
    return fault('ODOO_UNREACHABLE', asked, hint, { status });
  }
  if (status === 504) return fault('ODOO_TIMEOUT', asked, 'the proxy waited in vain for Odoo (504)', { status });
  if (status === 502 || status === 503) {
    return fault('ODOO_UNREACHABLE', asked, `the proxy cannot reach Odoo (${status})`, { status });
  }
  return fault('ODOO_FAILED', asked, `answered ${status} with "${titleOf(answer.text)}" instead of JSON`, { status });
}

/** The JSON of an answer, or the fault that it is. */
export function readAnswer(asked: Asked, answer: HttpAnswer): unknown {
  const isJson = String(answer.headers['content-type'] ?? '').includes('json');
  const body = isJson ? parseJson(answer.text) : undefined;
  if (body === undefined) throw faultOfPage(asked, answer);
  if (answer.status >= 200 && answer.status < 300) return body;
  const error = odooError.safeParse(body);
  if (!error.success) throw faultOfPage(asked, answer);
  throw faultOfException(asked, error.data.name, error.data.message, answer.status);
}

const jsonRpcAnswer = z.union([
  z.object({
    error: z.object({ message: z.string().default(''), data: odooError.optional() }),
  }),
  // Odoo leaves the result out where a method answers None.
  z.object({ jsonrpc: z.literal('2.0'), result: z.unknown().optional() }),
]);

/** The result inside a JSON-RPC envelope, or the fault it carries. */
export function readJsonRpcAnswer(asked: Asked, answer: HttpAnswer): unknown {
  const envelope = jsonRpcAnswer.safeParse(readAnswer(asked, answer));
  if (!envelope.success) throw fault('ODOO_FAILED', asked, 'the answer is not JSON-RPC', { status: answer.status });
  if (!('error' in envelope.data)) return envelope.data.result;
  const { data, message } = envelope.data.error;
  throw faultOfException(asked, data?.name ?? '', data?.message ?? message, answer.status);
}
