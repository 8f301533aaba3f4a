import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ask, endpointContract, type ServerManner } from '../../ports/web-probe.contract.ts';
import { systemClock } from '../clock/system-clock.ts';
import { createHttpIngressProbe } from '../ingress/http-ingress-probe.ts';
import { createHttpWebProbe } from './http-web-probe.ts';

/** A server for each manner; Odoo's own answers are seen in the tests on the real Odoo. */
const manners: Readonly<Record<Exclude<ServerManner, 'gone'>, RequestListener>> = {
  well: (_request, response) => response.end('{"status": "pass", "db_server_status": true}'),
  failing: (_request, response) => response.writeHead(503).end('{"status": "fail", "db_server_status": false}'),
  missing: (_request, response) => response.writeHead(404).end('no such page'),
  silent: () => {},
};

const servers: Server[] = [];
const urls = new Map<ServerManner, string>();

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  for (const [manner, answer] of Object.entries(manners)) urls.set(manner as ServerManner, await listen(answer));
  urls.set('gone', await listen(manners.well));
  const gone = servers.pop();
  gone?.close();
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const web: Ask = (manner, { signal } = {}) =>
  createHttpWebProbe({ url: urls.get(manner) ?? '' }).probe('web', { timeoutSeconds: 1, signal });
const ingress: Ask = (manner, { signal } = {}) =>
  createHttpIngressProbe({ resolveUrl: async () => urls.get(manner) ?? '', now: systemClock.now }).probe({
    timeoutSeconds: 1,
    signal,
  });

endpointContract('the web probe', () => web);
endpointContract('the ingress probe', () => ingress);

describe('the two differ', () => {
  test('a page that is missing is an error of Odoo, and still a door that was opened', async () => {
    expect(await web('missing')).toMatchObject({ outcome: 'error', status: 404 });
    expect(await ingress('missing')).toMatchObject({ outcome: 'up', status: 404, certificateExpiresAt: null });
  });

  test('Odoo says whether it reaches its database', async () => {
    expect(await web('well')).toMatchObject({ component: 'web', databaseUp: true });
    expect(await web('failing')).toMatchObject({ component: 'web', databaseUp: false });
  });
});
