import { describe, expect, test } from 'vitest';
import type { FilestoreReader } from './filestore-reader.ts';

/** A filestore that changes while it is measured. */
export interface FilestoreWorld {
  readonly reader: FilestoreReader;
  /** Adds a file of so many bytes below the first two signs of its name, as Odoo lays them. */
  put(name: string, bytes: number): Promise<void>;
  remove(name: string): Promise<void>;
  /** Takes the whole of it away. */
  lose(): Promise<void>;
}

/** What every reader of a filestore promises. There is no fake of this port: adapters measure real files. */
export function filestoreReaderContract(name: string, create: () => Promise<FilestoreWorld>): void {
  describe(name, () => {
    test('is the sum of its files, also after some came and went', async () => {
      const { reader, put, remove } = await create();
      await put('aa01', 10);
      await put('ab01', 20);
      expect(await reader.measure({ budgetSeconds: 5 })).toEqual({ bytes: 30, fileCount: 2, isComplete: true });
      await put('ab02', 5);
      await remove('aa01');
      expect(await reader.measure({ budgetSeconds: 5 })).toEqual({ bytes: 25, fileCount: 2, isComplete: true });
    });

    test('is measured in bounded steps: without time it says that it is not complete, and it comes to its end', async () => {
      const { reader, put } = await create();
      for (let shard = 0; shard < 40; shard += 1) await put(`${shard + 10}x`, 1);
      expect((await reader.measure({ budgetSeconds: 0 })).isComplete).toBe(false);
      let reading = await reader.measure({ budgetSeconds: 0.001 });
      for (let step = 0; step < 1_000 && !reading.isComplete; step += 1) {
        reading = await reader.measure({ budgetSeconds: 0.001 });
      }
      expect(reading).toEqual({ bytes: 40, fileCount: 40, isComplete: true });
    });

    test('stops at the signal', async () => {
      const { reader, put } = await create();
      await put('aa01', 10);
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(reader.measure({ budgetSeconds: 5, signal })).rejects.toThrow('enough');
    });

    test('one that cannot be read is SOURCE_UNREADABLE', async () => {
      const { reader, lose } = await create();
      await lose();
      await expect(reader.measure({ budgetSeconds: 5 })).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
    });
  });
}
