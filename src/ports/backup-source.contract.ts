import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { countedTables } from '../core/recovery/index.ts';
import type { BackupSource } from './backup-source.ts';
import type { DumpInspector } from './dump-inspector.ts';
import type { Spool } from './spool.ts';

/** One Odoo to copy, with where its dump goes and who reads that. The three meet in every backup, so they are tried together. */
export interface TriedSource {
  readonly source: BackupSource;
  readonly spool: Spool;
  readonly inspector: DumpInspector;
  close(): Promise<void>;
}

async function sha1Of(content: AsyncIterable<Uint8Array>): Promise<{ readonly sha1: string; readonly bytes: number }> {
  const hash = createHash('sha1');
  let bytes = 0;
  for await (const chunk of content) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha1: hash.digest('hex'), bytes };
}

/** What every source of backups promises (BKP-08, OBJ-01), and the spool and the inspector with it. */
export function describeBackupSource(name: string, open: () => Promise<TriedSource>): void {
  const withSource = (title: string, body: (tried: TriedSource) => Promise<void>): void => {
    test(title, async () => {
      const tried = await open();
      try {
        await body(tried);
      } finally {
        await tried.close();
      }
    });
  };

  describe(`the backup source contract: ${name}`, () => {
    withSource(
      'files are listed sorted, each proves itself by its name, and the names alone are the same',
      async (on) => {
        const files = await Array.fromAsync(on.source.listFiles());
        const names = files.map((file) => file.name);
        expect(names.length).toBeGreaterThan(0);
        expect(names).toEqual(names.toSorted());
        for (const file of files.slice(0, 20)) {
          const content = (await on.source.readFile(file.name)) ?? expect.fail(`${file.name} is there`);
          const { sha1, bytes } = await sha1Of(content);
          expect(`${sha1.slice(0, 2)}/${sha1}`).toBe(file.name);
          expect(bytes).toBe(file.bytes);
        }
        expect((await Array.fromAsync(on.source.listNames())).toSorted()).toEqual(names);
      },
    );

    withSource('a file that is gone is no error', async ({ source }) => {
      expect(await source.readFile(`ff/${'f'.repeat(40)}`)).toBeUndefined();
    });

    withSource('a snapshot names its files once and sorted, and says what the database was', async ({ source }) => {
      const snapshot = await source.openSnapshot();
      await snapshot.releaseLock();
      const { attachmentFiles } = snapshot;
      expect(attachmentFiles).toEqual([...new Set(attachmentFiles)].toSorted());
      expect(snapshot.snapshotId).not.toBe('');
      const facts = await snapshot.describe();
      expect(facts.source.database).not.toBe('');
      expect(facts.odoo.version).toMatch(/^\d+\.\d+/);
      expect(facts.odoo.modules.map((module) => module.name)).toContain('base');
      for (const { table, rows } of facts.rowCounts) {
        expect(countedTables).toContain(table);
        expect(rows).toBeGreaterThanOrEqual(0);
      }
      await snapshot.close();
    });

    withSource('a dump fills the spool with as many bytes as it reported, and can be inspected', async (on) => {
      const { source, spool, inspector } = on;
      const directory = await spool.open({ neededBytes: 1 });
      expect(await directory.list()).toEqual([]);
      const snapshot = await source.openSnapshot();
      await snapshot.releaseLock();
      let reported = 0;
      await source.dump(snapshot, { directory: directory.path, jobs: 1, report: (bytes) => (reported = bytes) });
      await snapshot.close();
      const files = await directory.list();
      const paths = files.map(({ path }) => path);
      expect(paths).toEqual(paths.toSorted());
      expect(paths).toContain('toc.dat');
      expect(files.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(reported);
      for (const { path, bytes } of files.slice(0, 5)) expect((await sha1Of(directory.read(path))).bytes).toBe(bytes);
      const tables = await inspector.tables(directory.path);
      expect(tables.map(({ table }) => table)).toContain('ir_attachment');
      for (const { file } of tables) expect(paths).toContain(file);
      const wanted = snapshot.attachmentFiles[0] ?? expect.fail('the snapshot names a file');
      const found = await inspector.attachments(directory.path, (file) => file === wanted);
      expect(new Set(found.map(({ file }) => file))).toEqual(new Set([wanted]));
      expect(await inspector.attachments(directory.path, () => false)).toEqual([]);
      await directory.remove();
    });

    withSource('what is written to the spool can be read, in its own directory alone', async ({ spool }) => {
      const [one, other] = [await spool.open({ neededBytes: 1 }), await spool.open({ neededBytes: 1 })];
      expect(one.path).not.toBe(other.path);
      await one.write('inner/part.dat', [Buffer.from('pal'), Buffer.from('let')].values() as never);
      expect(await one.list()).toEqual([{ path: 'inner/part.dat', bytes: 6 }]);
      expect(Buffer.concat(await Array.fromAsync(one.read('inner/part.dat'))).toString()).toBe('pallet');
      expect(await other.list()).toEqual([]);
      // Nothing of the living is swept.
      expect(await spool.sweep()).toBe(0);
      await one.remove();
      await other.remove();
    });
  });
}
