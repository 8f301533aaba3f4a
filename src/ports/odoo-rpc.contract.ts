import { describe, expect, test } from 'vitest';
import { Fault } from '../core/kernel/index.ts';
import type { OdooRpc } from './odoo-rpc.ts';

/** The ways into one real Odoo that the contract needs. The database is the test's own. */
export interface OdooRpcUnderTest {
  /** As an administrator with a good key. */
  readonly rpc: OdooRpc;
  /** The same server with a key that Odoo does not know. */
  readonly withWrongKey: OdooRpc;
  /** A port where nothing listens. */
  readonly withoutServer: OdooRpc;
  /** The version that the server is. */
  readonly version: string;
}

const timeoutSeconds = 20;

async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof Fault) return error;
  throw error;
}

/** What every dialect promises, on a real Odoo. */
export function odooRpcContract(prepare: () => OdooRpcUnderTest): void {
  const call = (model: string, method: string, rest: Partial<Parameters<OdooRpc['call']>[0]> = {}) =>
    prepare().rpc.call({ model, method, timeoutSeconds, ...rest });

  describe('answers', () => {
    test('the version, without signing in', async () => {
      const { withWrongKey, version } = prepare();
      expect(await withWrongKey.version(timeoutSeconds)).toBe(version);
    });

    test('creates, reads, writes, counts, searches and deletes with named arguments', async () => {
      const name = `Contract ${Temporal.Now.instant().epochNanoseconds}`;
      const ids = (await call('res.partner', 'create', {
        args: { vals_list: [{ name }, { name: `${name} b` }] },
      })) as number[];
      expect(ids).toHaveLength(2);
      const first = ids.slice(0, 1);
      expect(await call('res.partner', 'read', { ids: first, args: { fields: ['name'] } })).toEqual([
        { id: first[0], name },
      ]);
      await call('res.partner', 'write', { ids: first, args: { vals: { city: 'Lyon' } } });
      const domain = [
        ['name', '=like', `${name}%`],
        ['city', '=', 'Lyon'],
      ];
      expect(await call('res.partner', 'search_count', { args: { domain } })).toBe(1);
      expect(await call('res.partner', 'search', { args: { domain, limit: 1 } })).toEqual(first);
      const rows = await call('res.partner', 'search_read', {
        args: { domain, fields: ['city'], limit: 5, order: 'id' },
      });
      expect(rows).toEqual([{ id: first[0], city: 'Lyon' }]);
      await call('res.partner', 'unlink', { ids });
      expect(await call('res.partner', 'search_count', { args: { domain: [['id', 'in', ids]] } })).toBe(0);
    });

    test('the context reaches the method', async () => {
      const context = { default_city: 'Nantes' };
      expect(await call('res.partner', 'default_get', { args: { fields: ['city'] }, context })).toEqual({
        city: 'Nantes',
      });
    });

    test('a method that answers None answers nothing', async () => {
      const args = { template_code: 'generic_coa', company: false };
      expect((await call('account.chart.template', 'try_loading', { ids: [], args })) ?? null).toBeNull();
    });
  });

  describe('faults', () => {
    test('a wrong key is ODOO_DENIED, and the key is in no word of it', async () => {
      const request = { model: 'res.partner', method: 'search_count', args: { domain: [] }, timeoutSeconds };
      const fault = await faultOf(prepare().withWrongKey.call(request));
      expect(fault.code).toBe('ODOO_DENIED');
      expect(JSON.stringify([fault.message, fault.details, fault.stack])).not.toContain('wrong-key');
    });

    test("Odoo's own error keeps its exception's name and message, without the trace", async () => {
      const fault = await faultOf(call('res.partner', 'create', { args: { vals_list: [{ name: false }] } }));
      expect(fault.code).toBe('ODOO_FAILED');
      expect(fault.message).toMatch(/^res\.partner\.create: \S*(ValidationError|IntegrityError|CheckViolation)/);
      expect(JSON.stringify([fault.message, fault.details])).not.toContain('Traceback');
    });

    test('a method or model that does not exist is ODOO_FAILED naming it', async () => {
      expect(await faultOf(call('res.partner', 'no_such_method'))).toMatchObject({
        code: 'ODOO_FAILED',
        message: expect.stringContaining('no_such_method'),
      });
      expect(await faultOf(call('no.such.model', 'search_count', { args: { domain: [] } }))).toMatchObject({
        code: 'ODOO_FAILED',
        message: expect.stringContaining('no.such.model'),
      });
    });

    test('a private method is never called', async () => {
      const fault = await faultOf(call('res.partner', '_compute_display_name'));
      expect(['ODOO_FAILED', 'ODOO_DENIED']).toContain(fault.code);
    });

    test('no answer in time is ODOO_TIMEOUT, within the time asked for', async () => {
      const startedAt = performance.now();
      const fault = await faultOf(call('res.partner', 'search_count', { args: { domain: [] }, timeoutSeconds: 0.001 }));
      expect(fault.code).toBe('ODOO_TIMEOUT');
      expect(performance.now() - startedAt).toBeLessThan(10_000);
    });

    test('no server is ODOO_UNREACHABLE', async () => {
      const request = { model: 'res.partner', method: 'search_count', args: { domain: [] }, timeoutSeconds };
      expect((await faultOf(prepare().withoutServer.call(request))).code).toBe('ODOO_UNREACHABLE');
    });

    test("the caller's abort comes back as the caller's own reason", async () => {
      const controller = new AbortController();
      const pending = call('res.partner', 'search_read', { args: { domain: [] }, signal: controller.signal });
      controller.abort(new Error('enough'));
      await expect(pending).rejects.toThrow('enough');
    });
  });
}
