import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLatencySketch } from '../latency-sketch.ts';
import { classifyRequest, parseLogLine, samplesFromTally, tallyRequests, transactionClasses } from './index.ts';

const line = (request: string, rest: string, database = 'acme'): string =>
  `2026-11-21 05:57:46,211 12002 INFO ${database} werkzeug: 127.0.0.1 - - [21/Nov/2026 05:57:46] "${request}" ${rest}`;

describe('a line of the request log', () => {
  test('ends in query count, SQL seconds and Python seconds', () => {
    expect(parseLogLine(line('POST /json/2/stock.picking/search_count HTTP/1.1', '200 - 17 0.038 0.110'))).toEqual({
      kind: 'request',
      at: Temporal.Instant.from('2026-11-21T05:57:46.211Z'),
      database: 'acme',
      method: 'POST',
      path: '/json/2/stock.picking/search_count',
      status: 200,
      queryCount: 17,
      sqlSeconds: 0.038,
      pythonSeconds: 0.11,
      totalSeconds: 0.148,
    });
  });

  test('of the long-polling process knows only the total', () => {
    const text =
      '2026-11-21 05:57:47,395 12004 INFO logistics longpolling: 127.0.0.1 - - [2026-11-21 05:57:47] "GET /websocket/health HTTP/1.1" 200 184 1.078081 ';
    expect(parseLogLine(text)).toMatchObject({ path: '/websocket/health', totalSeconds: 1.078081, sqlSeconds: null });
  });

  test.each([
    ['a read-only cursor on a replica', '200 - 3 0.001 0.002 ro'],
    ['a cursor that was upgraded', '200 - 3 0.001 0.002 ro->rw'],
    ['colours of a terminal', '\u001b[1m200\u001b[0m - \u001b[1;33m3\u001b[0m 0.001 0.002'],
  ])('may carry %s', (_, rest) => {
    expect(parseLogLine(line('GET /web HTTP/1.1', rest))).toMatchObject({
      status: 200,
      queryCount: 3,
      totalSeconds: 0.003,
    });
  });

  test('keeps no query string: it may hold a token', () => {
    expect(parseLogLine(line('GET /my/orders/7?access_token=s3cret HTTP/1.1', '200 - 1 0.1 0.1'))).toMatchObject({
      path: '/my/orders/7',
    });
  });

  test('without a database names none', () => {
    expect(parseLogLine(line('GET /web HTTP/1.1', '303 - 1 0.1 0.1', '?'))).toMatchObject({ database: null });
  });

  test.each([
    ['2026-11-21 05:57:47,304 12004 INFO ? odoo.registry: Registry loaded in 1.031s '],
    ['2026-11-21 05:57:46,211 1 INFO acme werkzeug: 127.0.0.1 - - [x] "GET /web HTTP/1.1" 200 - - - -'],
    ['2026-13-41 05:57:46,211 1 INFO acme werkzeug: 127.0.0.1 - - [x] "GET /web HTTP/1.1" 200 - 1 0.1 0.1'],
    ['Traceback (most recent call last):'],
    [''],
  ])('%j says nothing we count', (text) => {
    expect(parseLogLine(text)).toBeUndefined();
  });

  test.each([
    [
      'ERROR acme odoo.sql_db: bad query: ... could not serialize access due to concurrent update',
      'serialization-failure',
    ],
    ['ERROR acme odoo.sql_db: bad query: ERROR: deadlock detected', 'deadlock'],
    ['ERROR acme odoo.service.server: WorkerHTTP (12001) timeout after 120s', 'worker-killed'],
    ["WARNING acme odoo.addons.base.models.ir_cron: Job 'Mail' (5) failed", 'cron-failed'],
    ['ERROR acme odoo.http: Exception during request handling.', 'error'],
    ['WARNING acme odoo.http: Session expired', 'warning'],
  ])('%s is counted', (text, event) => {
    expect(parseLogLine(`2026-11-21 05:57:47,304 12004 ${text}`)).toMatchObject({ kind: 'event', event });
  });

  test('of any content is read or left, quickly and without a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = Buffer.from(bytes).toString('latin1');
        parseLogLine(text);
        parseLogLine(line(`GET /${text} HTTP/1.1`, '200 - 1 0.1 0.1'));
      }),
    );
  });

  test('made to be slow is not: patterns see only its beginning', () => {
    const startedAt = performance.now();
    parseLogLine(`2026-11-21 05:57:46,211 1 ERROR a odoo: ${'Worker (1) Job Call from cron Thread '.repeat(1_700)}`);
    parseLogLine(line(`GET /${'a'.repeat(60_000)} HTTP/1.1`, '200 - 1 0.1 0.1'));
    parseLogLine(`2026-11-21 05:57:46,211 1 INFO a werkzeug: ${'"GET '.repeat(12_000)}`);
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });
});

describe('transaction classes', () => {
  test.each([
    ['/web/dataset/call_kw/sale.order/action_confirm', 'order-confirmation', 'web-client'],
    ['/json/2/sale.order/action_confirm', 'order-confirmation', 'json2'],
    ['/web/dataset/call_button/stock.picking/button_validate', 'shipment-confirmation', 'web-client'],
    ['/web/dataset/call_kw/stock.picking/action_assign', 'reservation', 'web-client'],
    ['/web/dataset/call_kw/stock.picking.batch/action_done', 'pick-wave', 'web-client'],
    ['/web/dataset/call_kw/account.move/action_post', 'invoice-posting', 'web-client'],
    ['/web/dataset/call_kw/stock.picking/web_search_read', 'read', 'web-client'],
    ['/web/dataset/call_kw/stock.picking/web_save', 'write', 'web-client'],
    ['/web/dataset/call_kw/stock.picking/do_unreserve', 'action', 'web-client'],
    ['/json/2/stock.picking/search_count', 'api', 'json2'],
    ['/xmlrpc/2/object', 'api', 'xmlrpc'],
    ['/jsonrpc', 'api', 'jsonrpc'],
    ['/report/download', 'report', 'web-client'],
    ['/stock_barcode/scan_from_main_menu', 'scan', 'web-client'],
    ['/my/orders', 'portal', 'portal'],
    ['/web/login', 'sign-in', 'web-client'],
    ['/web/assets/1/web.assets_web.min.js', 'asset', 'other'],
    ['/web/static/src/img/x.png', 'asset', 'other'],
    ['/stock/static/src/x.js', 'asset', 'other'],
    ['/websocket', 'realtime', 'web-client'],
    ['/web/health', 'health', 'other'],
    ['/websocket/health', 'health', 'other'],
    ['/odoo/inventory', 'page', 'web-client'],
    ['/', 'page', 'web-client'],
    ['/shop/cart', 'other', 'other'],
  ])('%s is %s from %s', (path, requestClass, source) => {
    expect(classifyRequest(path)).toMatchObject({ class: requestClass, source });
  });

  test('stay a bounded set whatever the path: a scanner on the internet cannot fill our store', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 20 }), { maxLength: 6 }), (parts) => {
        const path = `/${parts.join('/')}`;
        expect(transactionClasses).toContain(classifyRequest(path).class);
      }),
    );
  });
});

describe('a tally', () => {
  const where = { environment: 'acme-prod', at: Temporal.Instant.from('2026-11-21T06:00:00Z'), seconds: 15 };

  test('adds up by class, leaves out other databases, and counts outcomes', () => {
    const tally = tallyRequests(
      [
        line('POST /json/2/sale.order/action_confirm HTTP/1.1', '200 - 100 0.200 0.100'),
        line('POST /json/2/sale.order/action_confirm HTTP/1.1', '500 - 50 0.100 0.200'),
        line('POST /json/2/sale.order/action_confirm HTTP/1.1', '200 - 1 9.000 9.000', 'other'),
        '2026-11-21 05:57:47,304 12004 ERROR acme odoo.http: Exception',
        'garbage',
      ],
      'acme',
    );
    const { samples, sketches } = samplesFromTally(tally, where);
    const values = Object.fromEntries(
      samples.map(({ metric, labels, value }) => [`${metric} ${Object.values(labels).join(' ')}`, value]),
    );
    expect(values).toMatchObject({
      'odoo_request_query_count order-confirmation': 150,
      'odoo_request_count order-confirmation json2 ok': 1,
      'odoo_request_count order-confirmation json2 server-error': 1,
      'odoo_log_event_count error': 1,
    });
    expect(values['odoo_request_sql_seconds order-confirmation']).toBeCloseTo(0.3, 9);
    expect(sketches.map(({ labels, count }) => [labels['class'], count])).toEqual([['order-confirmation', 2]]);
  });

  test('percentiles are within one percent of the reference, also after being written and merged (MET-02)', () => {
    const milliseconds = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(milliseconds, milliseconds, fc.constantFrom(0.5, 0.95, 0.99), (first, second, share) => {
        const sketches = [first, second].map((values) => {
          const lines = values.map((value) =>
            line('POST /json/2/x/y HTTP/1.1', `200 - 1 ${(value / 1_000).toFixed(3)} 0.000`),
          );
          return samplesFromTally(tallyRequests(lines, 'acme'), where).sketches[0]?.sketch ?? new Uint8Array();
        });
        const merged = readLatencySketch(sketches[0] ?? new Uint8Array());
        merged.merge(readLatencySketch(sketches[1] ?? new Uint8Array()));
        const sorted = [...first, ...second].sort((a, b) => a - b);
        const reference = (sorted[Math.floor(share * (sorted.length - 1))] ?? 0) / 1_000;
        expect(Math.abs((merged.quantile(share) ?? 0) - reference)).toBeLessThanOrEqual(reference * 0.0101);
      }),
      { numRuns: 20 },
    );
  });
});
