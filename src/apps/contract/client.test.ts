import { describe, expect, test } from 'vitest';
import { ApiProblem, createApiClient, routes } from './index.ts';

function answering(status: number, body: unknown) {
  const seen: { url: string; init: RequestInit | undefined }[] = [];
  const fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    seen.push({ url: String(url), init });
    return new Response(JSON.stringify(body), { status });
  };
  return { seen, client: createApiClient({ baseUrl: 'http://plimsoll.invalid', token: 'secret', fetch }) };
}

describe('the typed client', () => {
  test('names from outside cannot leave their place in the path', async () => {
    const { seen, client } = answering(404, {});
    await expect(client.call(routes.getFinding, { params: { id: '../ledger?x=1#y' } })).rejects.toThrow(ApiProblem);
    expect(seen[0]?.url).toBe('http://plimsoll.invalid/api/v1/findings/..%2Fledger%3Fx%3D1%23y');
  });

  test('a problem document arrives with its code and its remedy', async () => {
    const document = {
      type: 'about:blank',
      title: 'No',
      status: 403,
      detail: 'Not yours.',
      code: 'PERMISSION_DENIED',
      remedy: 'Ask.',
    };
    const { client } = answering(403, document);
    await expect(client.call(routes.getMe, {})).rejects.toMatchObject({ status: 403, problem: document });
  });

  test('an answer that breaks the contract is not passed on', async () => {
    const { client } = answering(200, { isIntact: 'yes' });
    await expect(client.call(routes.verifyLedger, {})).rejects.toThrow();
  });

  test('the token travels as a bearer, never in the address', async () => {
    const { seen, client } = answering(200, {
      isIntact: true,
      entryCount: 0,
      firstBrokenSequence: null,
      problem: null,
      head: null,
    });
    await client.call(routes.verifyLedger, {});
    expect(seen[0]?.url).not.toContain('secret');
    expect(seen[0]?.init?.headers).toMatchObject({ authorization: 'Bearer secret' });
  });
});
