import { describe, expect, test } from 'vitest';
import type { EndpointReading } from '../core/observe/index.ts';

/** How a server that is probed behaves. */
export type ServerManner = 'well' | 'failing' | 'missing' | 'silent' | 'gone';

/** Asks a server of that manner, with a second to answer unless said otherwise. */
export type Ask = (
  manner: ServerManner,
  options?: { readonly signal?: AbortSignal },
) => Promise<Omit<EndpointReading, 'component' | 'databaseUp'>>;

/**
 * What every probe of a web server promises, `WebProbe` and `IngressProbe` alike: what the server does is the answer and
 * no error. There is no fake of these ports: adapters ask real servers over real connections.
 */
export function endpointContract(name: string, create: () => Promise<Ask> | Ask): void {
  describe(name, () => {
    test('a server that is well is up, with its status and the time it took', async () => {
      const reading = await (await create())('well');
      expect(reading).toMatchObject({ outcome: 'up', status: 200, detail: null });
      expect(reading.seconds).toBeGreaterThanOrEqual(0);
    });

    test('one that fails is an error with its status', async () => {
      expect(await (await create())('failing')).toMatchObject({ outcome: 'error', status: 503, detail: 'HTTP 503' });
    });

    test('one that says nothing in time is a timeout; the time is no longer than was given, and some grace', async () => {
      const reading = await (await create())('silent');
      expect(reading).toMatchObject({ outcome: 'timeout', status: null });
      expect(reading.seconds).toBeGreaterThanOrEqual(0.9);
    });

    test('where nobody listens it is refused, in words', async () => {
      const reading = await (await create())('gone');
      expect(reading).toMatchObject({ outcome: 'refused', status: null });
      expect(reading.detail).not.toBe('');
    });

    test('whoever asks may give up: that is their reason, and no answer', async () => {
      const signal = AbortSignal.abort(new Error('enough'));
      await expect((await create())('silent', { signal })).rejects.toThrow('enough');
    });
  });
}
