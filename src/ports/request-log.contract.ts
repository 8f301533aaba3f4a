import { describe, expect, test } from 'vitest';
import type { RequestLog } from './request-log.ts';

/** A log that somebody writes to while it is followed. It begins with one line that nobody follows any more. */
export interface LogWorld {
  open(): RequestLog;
  /** Writes on, as its program does: in bytes, so that a line may come in pieces. */
  write(bytes: Uint8Array): Promise<void>;
  /** Puts the file away and begins a new one, as logrotate does. */
  rotate(): Promise<void>;
  /** Takes the file away, so that it cannot be read. */
  lose(): Promise<void>;
}

/** What every reader of a request log promises. There is no fake of this port: every adapter follows real files. */
export function requestLogContract(name: string, create: () => Promise<LogWorld>): void {
  const write = (world: LogWorld, text: string): Promise<void> => world.write(Buffer.from(text));
  const readOn = async (log: RequestLog, times: number): Promise<readonly string[]> => {
    const lines: string[] = [];
    for (let read = 0; read < times; read += 1) lines.push(...(await log.readNew()).lines);
    return lines;
  };

  describe(name, () => {
    test('begins at the end, and reads every line once', async () => {
      const world = await create();
      const log = world.open();
      expect(await log.readNew()).toEqual({ lines: [], skippedBytes: 0, hasMore: false });
      await write(world, 'a\nb\n');
      expect((await log.readNew()).lines).toEqual(['a', 'b']);
      expect((await log.readNew()).lines).toEqual([]);
      await log.close();
    });

    test('keeps the beginning of a line until its end is written, also within a character', async () => {
      const world = await create();
      const log = world.open();
      await log.readNew();
      const bytes = Buffer.from('wärme\n');
      await world.write(bytes.subarray(0, 2));
      expect((await log.readNew()).lines).toEqual([]);
      await world.write(bytes.subarray(2));
      expect((await log.readNew()).lines).toEqual(['wärme']);
      await log.close();
    });

    test('reads a rotated file to its end and then the new one from its beginning', async () => {
      const world = await create();
      const log = world.open();
      await log.readNew();
      await write(world, 'before\n');
      await world.rotate();
      await write(world, 'after\n');
      expect(await readOn(log, 4)).toEqual(['before', 'after']);
      await log.close();
    });

    test('goes on where it stood after it was let go, and says where that is', async () => {
      const world = await create();
      const log = world.open();
      await log.readNew();
      await write(world, 'a\n');
      await log.readNew();
      await log.close();
      expect(log.position).toEqual(expect.any(String));
      await write(world, 'b\n');
      expect(await readOn(log, 2)).toEqual(['b']);
      await log.close();
    });

    test('a file that cannot be read is SOURCE_UNREADABLE', async () => {
      const world = await create();
      await world.lose();
      await expect(world.open().readNew()).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
    });
  });
}
