import { expect, test } from 'vitest';
import type { JourneyKeyStore } from './journey-key-store.ts';

/** What every store of journey keys promises. */
export function journeyKeyStoreContract(prepare: () => Promise<JourneyKeyStore>): void {
  test('an environment without a key has none', async () => {
    expect(await (await prepare()).read('acme-prod')).toBeUndefined();
  });

  test('a written key is read back, wrapped, and the last one counts', async () => {
    const store = await prepare();
    await store.write('acme-prod', 'first');
    const written = await store.write('acme-prod', 'second');
    const read = await store.read('acme-prod');
    expect([written.reveal(), read?.reveal()]).toEqual(['second', 'second']);
    expect(JSON.stringify({ written, read })).not.toContain('second');
  });

  test('environments do not see each other, whatever their names', async () => {
    const store = await prepare();
    await store.write('acme-prod', 'a');
    await store.write('../acme-prod', 'b');
    expect((await store.read('acme-prod'))?.reveal()).toBe('a');
    expect((await store.read('../acme-prod'))?.reveal()).toBe('b');
  });
}
