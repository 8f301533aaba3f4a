import { describe, expect, test } from 'vitest';
import type { RedisReader } from './redis-reader.ts';

/** Ways to a Redis with a password. */
export interface RedisWorld {
  readonly reader: RedisReader;
  readonly withWrongPassword: RedisReader;
  /** At an address where nobody listens. */
  readonly nobody: RedisReader;
  /** At an address where somebody listens and never says anything. */
  readonly silent: RedisReader;
}

/** What every reader of a Redis promises. There is no fake of this port: adapters ask a real server. */
export function redisReaderContract(name: string, create: () => Promise<RedisWorld> | RedisWorld): void {
  describe(name, () => {
    test('answers what the server says of itself', async () => {
      const { reader } = await create();
      expect(await reader.info({ timeoutSeconds: 10 })).toMatch(/^redis_version:\d/m);
    });

    test('a refusal is REDIS_DENIED and never shows the password', async () => {
      const { withWrongPassword } = await create();
      const refused = withWrongPassword.info({ timeoutSeconds: 10 });
      await expect(refused).rejects.toMatchObject({ code: 'REDIS_DENIED' });
      await expect(refused).rejects.not.toThrow(/wrong-password/);
    });

    test('nobody, and somebody who says nothing in time, are REDIS_UNREACHABLE', async () => {
      const { nobody, silent } = await create();
      await expect(nobody.info({ timeoutSeconds: 10 })).rejects.toMatchObject({ code: 'REDIS_UNREACHABLE' });
      await expect(silent.info({ timeoutSeconds: 0.2 })).rejects.toMatchObject({ code: 'REDIS_UNREACHABLE' });
    });

    test('stops at the signal, with its reason', async () => {
      const { silent } = await create();
      const signal = AbortSignal.timeout(100);
      await expect(silent.info({ timeoutSeconds: 30, signal })).rejects.toMatchObject({ name: 'TimeoutError' });
    });
  });
}
