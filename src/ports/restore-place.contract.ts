import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RestorePlace, RestorePlaces } from './restore-place.ts';

async function* bytes(...chunks: readonly string[]): AsyncIterable<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');

/** A dump as a backup would hold it: its files by relative path. */
export type DumpFiles = ReadonlyMap<string, () => AsyncIterable<Uint8Array>>;

/** What every kind of places promises. `dump` is of an Odoo database, as the adapter can restore it. */
export function describeRestorePlaces(
  open: () => Promise<{ readonly places: RestorePlaces; readonly dump: DumpFiles; close(): Promise<void> }>,
): void {
  describe('places to restore to', () => {
    let opened: Awaited<ReturnType<typeof open>>;
    const made: RestorePlace[] = [];
    const create = async (): Promise<RestorePlace> => {
      const place = await opened.places.create({ needsBytes: 1 });
      made.push(place);
      return place;
    };
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(async () => {
      for (const place of made) await place.remove();
      await opened.close();
    });

    test('a filestore object is written once, by its name, and its real content is told', async () => {
      const place = await create();
      const name = `${sha1('pallet').slice(0, 2)}/${sha1('pallet')}`;
      expect(await place.writeFile(name, bytes('pal', 'let'))).toEqual({ sha1: sha1('pallet'), bytes: 6 });
      await expect(place.writeFile(name, bytes('other'))).rejects.toThrow();
      const other = `${sha1('crate').slice(0, 2)}/${sha1('crate')}`;
      expect(await place.writeFile(other, bytes('something else'))).toEqual({
        sha1: sha1('something else'),
        bytes: 14,
      });
      expect((await Array.fromAsync(place.listFiles())).map((file) => file.name)).toEqual([name, other].toSorted());
    });

    test.each(['../../etc/passwd', 'aa/../../x', '/etc/passwd', 'aa', '', 'aa/bb', `aa/${'b'.repeat(40)}`])(
      'a filestore object %j is refused, and written nowhere',
      async (name) => {
        const place = made[0] ?? (await create());
        await expect(place.writeFile(name, bytes('x'))).rejects.toMatchObject({ code: 'RESTORE_FAILED' });
      },
    );

    test.each(['../toc.dat', '/toc.dat', 'a/b.dat', '', '.', '..'])('a dump file %j is refused', async (path) => {
      const place = made[0] ?? (await create());
      await expect(place.writeDumpFile(path, bytes('x'))).rejects.toMatchObject({ code: 'RESTORE_FAILED' });
    });

    test('a dump without a table of contents does not restore, and says so', async () => {
      const place = await create();
      const restore = place.restoreDatabase({ jobs: 1, report: () => {} });
      await expect(restore).rejects.toMatchObject({ code: 'RESTORE_FAILED' });
    });

    test('a dump becomes a neutralised Odoo that serves and answers questions, and is gone after its removal', async () => {
      const place = await create();
      for (const [path, content] of opened.dump) await place.writeDumpFile(path, content());
      const told: number[] = [];
      await place.restoreDatabase({ jobs: 2, report: ({ bytes }) => void told.push(bytes) });
      expect(told.at(-1)).toBeGreaterThan(1_000_000);
      const ask = async (key: string): Promise<unknown> => {
        const text = 'select value from ir_config_parameter where key = $1';
        return (await place.database.query(text, [key], { timeoutSeconds: 10 }))[0]?.['value'];
      };
      const before = [await ask('database.uuid'), await ask('database.secret')];
      await place.neutralise();
      const after = [await ask('database.uuid'), await ask('database.secret')];
      expect(after[0]).not.toEqual(before[0]);
      expect(after[1]).not.toEqual(before[1]);
      expect(await ask('database.is_neutralized')).toBe('true');
      await place.change([
        { sql: 'update ir_config_parameter set value = $1 where key = $2', values: ['changed', 'database.uuid'] },
      ]);
      expect(await ask('database.uuid')).toBe('changed');
      const lost = place.boot({ withinSeconds: 120, files: () => Promise.reject(new Error('the files are lost')) });
      await expect(lost).rejects.toThrow('the files are lost');
      let isWaitedFor = false;
      const odoo = await place.boot({
        withinSeconds: 120,
        files: async () => {
          isWaitedFor = true;
        },
      });
      expect(isWaitedFor).toBe(true);
      expect(odoo.login).not.toBe('');
      await odoo.stop();
      await place.remove();
      await place.remove();
      await expect(ask('database.uuid')).rejects.toThrow();
    }, 180_000);

    test('the places of a living maker are not swept', async () => {
      const place = await create();
      expect(await opened.places.sweep()).not.toContain(place.directory);
    });
  });
}
