import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ObjectStore } from './object-store.ts';

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

async function keysOf(store: ObjectStore, prefix: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  expect(await Array.fromAsync(store.keys(prefix))).toEqual(keys);
  return keys;
}

/** What every object store promises. Each test gets an empty one of its own. */
export function describeObjectStore(name: string, create: () => Promise<ObjectStore>): void {
  describe(`the object store contract: ${name}`, () => {
    test('what is put comes back to the bit, also nothing and much', async () => {
      const store = await create();
      for (const [key, body] of [
        ['a/empty', new Uint8Array(0)],
        ['a/text', text('é\n')],
        ['a/large', new Uint8Array(randomBytes(17 * 1024 * 1024))],
      ] as const) {
        expect(await store.put(key, body)).toBe('written');
        expect(Buffer.compare(await store.get(key), body)).toBe(0);
        expect(await store.head(key)).toMatchObject({ key, bytes: body.byteLength });
      }
    });

    test('what was put is there after settling, and settling what is not there is no fault', async () => {
      const store = await create();
      await store.put('a/b/c', text('x'));
      for (const prefix of ['a/', 'a/b/', 'none/', 'none/below/', '']) await store.settle(prefix);
      expect(await store.get('a/b/c')).toEqual(text('x'));
      await expect((async () => store.settle('../up/'))()).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    });

    test('an object is never replaced, and the second writer is told', async () => {
      const store = await create();
      expect(await store.put('key', text('first'))).toBe('written');
      expect(await store.put('key', text('second'))).toBe('exists');
      expect(await store.get('key')).toEqual(text('first'));
    });

    test('of many who put the same key at once, one writes and all see its bytes', async () => {
      const store = await create();
      const bodies = Array.from({ length: 8 }, (_, index) => text(`writer ${index}`));
      const answers = await Promise.all(bodies.map((body) => store.put('race', body)));
      expect(answers.filter((answer) => answer === 'written')).toHaveLength(1);
      expect(await store.get('race')).toEqual(bodies[answers.indexOf('written')]);
    });

    test('what is not there is missing, and deleting it is no fault', async () => {
      const store = await create();
      await expect(store.get('none')).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
      await expect(store.get('none/below')).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
      expect(await store.head('none')).toBeUndefined();
      await store.delete('none');
      await store.put('some', text('x'));
      await store.delete('some');
      expect(await store.head('some')).toBeUndefined();
    });

    test('keys are listed in order, under a prefix that need not end at a slash', async () => {
      const store = await create();
      const keys = ['b/2', 'b-1', 'a', 'b/1/x', 'b.1', 'c', 'b/10'];
      for (const key of keys) await store.put(key, text(key));
      expect(await keysOf(store, '')).toEqual([...keys].sort());
      expect(await keysOf(store, 'b/')).toEqual(['b/1/x', 'b/10', 'b/2']);
      expect(await keysOf(store, 'b/1')).toEqual(['b/1/x', 'b/10']);
      expect(await keysOf(store, 'd')).toEqual([]);
    });

    test('a list is whole, however many pages it takes', async () => {
      const store = await create();
      const keys = Array.from(
        { length: 1_100 },
        (_, index) => `many/${createHash('md5').update(String(index)).digest('hex')}`,
      );
      for (let at = 0; at < keys.length; at += 50) {
        await Promise.all(keys.slice(at, at + 50).map((key) => store.put(key, text('x'))));
      }
      expect(await keysOf(store, 'many/')).toEqual([...keys].sort());
    });

    test.each([
      '../up',
      'a/../../up',
      '/etc/passwd',
      '',
      'a//b',
      '.hidden',
      'a/.b',
      'a\0b',
      'ä',
      'a b',
      'a\\b',
      'x'.repeat(600),
    ])('the key %j is refused everywhere', async (key) => {
      const store = await create();
      const refused = { code: 'REQUEST_INVALID' };
      await expect((async () => store.put(key, text('x')))()).rejects.toMatchObject(refused);
      await expect((async () => store.get(key))()).rejects.toMatchObject(refused);
      await expect((async () => store.head(key))()).rejects.toMatchObject(refused);
      await expect((async () => store.delete(key))()).rejects.toMatchObject(refused);
      if (key !== '') await expect(keysOf(store, key)).rejects.toMatchObject(refused);
    });

    test('an aborted put or get does nothing', async () => {
      const store = await create();
      const signal = AbortSignal.abort(new Error('cancelled'));
      await expect(store.put('key', text('x'), { signal })).rejects.toThrow();
      expect(await store.head('key')).toBeUndefined();
      await store.put('key', text('x'));
      await expect(store.get('key', { signal })).rejects.toThrow();
    });

    test('sweeping removes no object', async () => {
      const store = await create();
      await store.put('key', text('x'));
      await store.sweep(Temporal.Instant.from('2100-01-01T00:00:00Z'));
      expect(await store.get('key')).toEqual(text('x'));
    });
  });
}
