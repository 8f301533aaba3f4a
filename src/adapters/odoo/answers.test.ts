import { describe, expect, test } from 'vitest';
import { Fault } from '../../core/kernel/index.ts';
import { readAnswer, readJsonRpcAnswer } from './answers.ts';
import type { HttpAnswer } from './http.ts';
import { executeArguments } from './json-rpc.ts';

const asked = { model: 'sale.order', method: 'action_confirm' };

function answer(status: number, type: string, text: string, headers: HttpAnswer['headers'] = {}): HttpAnswer {
  return { status, text, headers: { 'content-type': type, ...headers } };
}

function faultOf(work: () => unknown): Fault {
  try {
    work();
  } catch (error) {
    if (error instanceof Fault) return error;
  }
  throw new Error('no fault was thrown');
}

const page = (status: number, title: string) => answer(status, 'text/html', `<html><title>${title}</title></html>`);

describe('answers that are not from Odoo', () => {
  test.each([
    [page(502, 'Bad Gateway'), 'ODOO_UNREACHABLE'],
    [page(503, 'Service Unavailable'), 'ODOO_UNREACHABLE'],
    [page(504, 'Gateway Time-out'), 'ODOO_TIMEOUT'],
    [page(500, 'Internal Server Error'), 'ODOO_FAILED'],
    [page(200, 'Welcome to nginx!'), 'ODOO_FAILED'],
    [answer(200, 'application/json', '{ not json'), 'ODOO_FAILED'],
    [answer(302, 'text/html', '', { location: 'https://odoo.example.com/json/2?token=secret' }), 'ODOO_UNREACHABLE'],
  ])('%# are a fault of the right kind', (given, code) => {
    expect(faultOf(() => readAnswer(asked, given)).code).toBe(code);
  });

  test('a page is named by its title and a redirect by its target, without its query', () => {
    expect(faultOf(() => readAnswer(asked, page(200, 'Welcome to nginx!'))).message).toContain('Welcome to nginx!');
    const redirect = answer(302, 'text/html', '', { location: 'https://odoo.example.com/json/2?token=secret' });
    const { message } = faultOf(() => readAnswer(asked, redirect));
    expect(message).toContain('https://odoo.example.com/json/2');
    expect(message).not.toContain('secret');
  });
});

describe("Odoo's own errors", () => {
  const body = (name: string, message: string) =>
    JSON.stringify({ name, message, arguments: [message], debug: 'Traceback (most recent call last): secret' });

  test.each([
    [401, 'werkzeug.exceptions.Unauthorized', 'ODOO_DENIED'],
    [403, 'odoo.exceptions.AccessError', 'ODOO_DENIED'],
    [422, 'odoo.exceptions.UserError', 'ODOO_FAILED'],
    [500, 'builtins.TypeError', 'ODOO_FAILED'],
  ])('%d %s is %s', (status, name, code) => {
    const fault = faultOf(() => readAnswer(asked, answer(status, 'application/json', body(name, 'no'))));
    expect(fault).toMatchObject({ code, message: `sale.order.action_confirm: ${name}: no` });
    expect(JSON.stringify(fault.details)).not.toContain('Traceback');
  });

  test('inside a JSON-RPC envelope read the same', () => {
    const data = JSON.parse(body('odoo.exceptions.AccessDenied', 'Access Denied'));
    const envelope = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      error: { code: 200, message: 'Odoo Server Error', data },
    });
    const fault = faultOf(() => readJsonRpcAnswer(asked, answer(200, 'application/json', envelope)));
    expect(fault).toMatchObject({ code: 'ODOO_DENIED', message: expect.stringContaining('Access Denied') });
  });

  test('a missing result is None; anything that is no JSON-RPC is a fault', () => {
    expect(readJsonRpcAnswer(asked, answer(200, 'application/json', '{"jsonrpc":"2.0","id":1}'))).toBeUndefined();
    expect(faultOf(() => readJsonRpcAnswer(asked, answer(200, 'application/json', '{"ok":true}'))).code).toBe(
      'ODOO_FAILED',
    );
  });
});

describe('JSON-RPC arguments', () => {
  test('what versions name differently goes by position, the rest by name', () => {
    const request = { model: 'a', timeoutSeconds: 1, context: { lang: 'en_US' } };
    expect(
      executeArguments({ ...request, method: 'search_read', args: { domain: [], fields: ['x'], limit: 3 } }),
    ).toEqual({
      args: [[], ['x']],
      kwargs: { limit: 3, context: { lang: 'en_US' } },
    });
    expect(executeArguments({ ...request, method: 'write', ids: [7], args: { vals: { a: 1 } } })).toEqual({
      args: [[7], { a: 1 }],
      kwargs: { context: { lang: 'en_US' } },
    });
    expect(executeArguments({ ...request, method: 'search_read', args: { fields: ['x'] } }).args).toEqual([]);
  });
});
