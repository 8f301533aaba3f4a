import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LabDatabase, type LabOdoo, startLab } from '../../../test/lab/index.ts';
import { createSecret } from '../../core/kernel/index.ts';
import { odooRpcContract } from '../../ports/odoo-rpc.contract.ts';
import { createHttpClient, defaultLimits } from './http.ts';
import { createJsonRpc } from './json-rpc.ts';
import { createJson2Rpc, type RpcOptions } from './json2-rpc.ts';
import { createResilience } from './resilience.ts';

let database: LabDatabase;
let odoo: LabOdoo;
const http = createHttpClient();

beforeAll(async () => {
  const lab = await startLab();
  database = await lab.createDatabase();
  odoo = await lab.bootOdoo({ database: database.name });
});

afterAll(async () => {
  http.close();
  await odoo?.stop();
  await database?.drop();
});

const resilience = () => createResilience({ retries: 2, openAfterFailures: 5, openForSeconds: 5 });

function options(key: string, url = odoo.url): RpcOptions {
  const secret = createSecret('test', key);
  return {
    url: new URL(url),
    database: database.name,
    login: odoo.login,
    key: async () => secret,
    http,
    resilience: resilience(),
  };
}

describe.each([
  ['JSON-2', createJson2Rpc],
  ['JSON-RPC', createJsonRpc],
])('%s on a real Odoo 19', (_name, create) => {
  odooRpcContract(() => ({
    rpc: create(options(odoo.apiKey)),
    withWrongKey: create(options('wrong-key-000000000000000000000000000000')),
    // Port 1 is reserved and never listened on.
    withoutServer: create(options(odoo.apiKey, 'http://127.0.0.1:1')),
    version: '19.0',
  }));

  test('an answer beyond the size limit is refused instead of filling memory', async () => {
    const small = createHttpClient({ ...defaultLimits, maximumAnswerBytes: 2_000 });
    const rpc = create({ ...options(odoo.apiKey), http: small });
    const request = { model: 'res.country', method: 'search_read', args: { domain: [] }, timeoutSeconds: 20 };
    await expect(rpc.call(request)).rejects.toMatchObject({ code: 'ODOO_FAILED' });
    small.close();
  });

  test('more calls at once than connections wait their turn', async () => {
    const narrow = createHttpClient({ ...defaultLimits, maximumConnections: 2 });
    const rpc = create({ ...options(odoo.apiKey), http: narrow });
    const request = { model: 'res.partner', method: 'search_count', args: { domain: [] }, timeoutSeconds: 20 };
    const counts = await Promise.all(Array.from({ length: 8 }, () => rpc.call(request)));
    expect(new Set(counts).size).toBe(1);
    narrow.close();
  });
});
