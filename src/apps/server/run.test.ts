import { expect, test } from 'vitest';
import { wireFake } from '../wire-fake.ts';
import { runServer } from './run.ts';

test('a server is ready when it has been announced: whoever waits for it finds the way in written', async () => {
  const stop = new AbortController();
  const readiness: number[] = [];
  const ask = async (url: string): Promise<number> => (await fetch(`${url}/readyz`)).status;
  let address = '';
  const served = runServer(wireFake({}), { host: '127.0.0.1', port: 0 }, stop.signal, async (url) => {
    address = url;
    readiness.push(await ask(url), (await fetch(`${url}/healthz`)).status);
  });
  await expect.poll(() => (address === '' ? 0 : ask(address)), { timeout: 20_000 }).toBe(200);
  expect(readiness).toEqual([503, 200]);
  stop.abort();
  await served;
});
