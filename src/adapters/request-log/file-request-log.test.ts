import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Fault } from '../../core/kernel/index.ts';
import { createFileRequestLog } from './file-request-log.ts';

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plimsoll-log-'));
  file = join(directory, 'odoo.log');
  await writeFile(file, 'old\n');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('following a log', () => {
  test('begins at its end and reads every line once', async () => {
    const log = createFileRequestLog({ file });
    expect((await log.readNew()).lines).toEqual([]);
    await appendFile(file, 'a\nb\n');
    expect((await log.readNew()).lines).toEqual(['a', 'b']);
    expect((await log.readNew()).lines).toEqual([]);
  });

  test('keeps the beginning of a line until its end is written, also within a character', async () => {
    const log = createFileRequestLog({ file });
    await log.readNew();
    const bytes = Buffer.from('wärme\n');
    await appendFile(file, bytes.subarray(0, 2));
    expect((await log.readNew()).lines).toEqual([]);
    await appendFile(file, bytes.subarray(2));
    expect((await log.readNew()).lines).toEqual(['wärme']);
  });

  test('goes on after a restart where it stood', async () => {
    const first = createFileRequestLog({ file });
    await first.readNew();
    await appendFile(file, 'a\n');
    await first.readNew();
    await appendFile(file, 'b\n');
    expect((await createFileRequestLog({ file, position: first.position }).readNew()).lines).toEqual(['b']);
    expect((await createFileRequestLog({ file, position: 'nonsense' }).readNew()).lines).toEqual([]);
  });

  test('reads a rotated file to its end and then the new one from its beginning', async () => {
    const log = createFileRequestLog({ file });
    await log.readNew();
    await appendFile(file, 'before\n');
    await rename(file, `${file}.1`);
    await writeFile(file, 'after\n');
    const lines: string[] = [];
    for (let read = 0; read < 4; read += 1) lines.push(...(await log.readNew()).lines);
    expect(lines).toEqual(['before', 'after']);
  });

  test('survives the moment of rotation in which there is no file', async () => {
    const log = createFileRequestLog({ file });
    await log.readNew();
    await appendFile(file, 'before\n');
    await rename(file, `${file}.1`);
    expect((await log.readNew()).lines).toEqual(['before']);
    await writeFile(file, 'after\n');
    const lines: string[] = [];
    for (let read = 0; read < 3; read += 1) lines.push(...(await log.readNew()).lines);
    expect(lines).toEqual(['after']);
  });

  test('a file that was cut is read anew', async () => {
    const log = createFileRequestLog({ file, fromStart: true });
    await log.readNew();
    await truncate(file, 0);
    await appendFile(file, 'x\n');
    expect((await log.readNew()).lines).toEqual(['x']);
  });

  test('a line without end is given up and counted, the next one is read', async () => {
    const log = createFileRequestLog({ file, maximumLineBytes: 100, maximumChunkBytes: 1_000 });
    await log.readNew();
    await appendFile(file, 'y'.repeat(5_000));
    let skipped = 0;
    for (let read = 0; read < 8; read += 1) skipped += (await log.readNew()).skippedBytes;
    await appendFile(file, 'y'.repeat(50));
    await appendFile(file, '\nnext\n');
    const lines: string[] = [];
    for (let read = 0; read < 3; read += 1) {
      const chunk = await log.readNew();
      lines.push(...chunk.lines);
      skipped += chunk.skippedBytes;
    }
    expect(lines).toEqual(['next']);
    expect(skipped).toBe(5_050);
  });

  test('a file that cannot be read is a fault with its name', async () => {
    const missing = createFileRequestLog({ file: join(directory, 'none.log') });
    await expect(missing.readNew()).rejects.toThrow(Fault);
    await expect(missing.readNew()).rejects.toThrow(/none\.log.*ENOENT/);
  });
});
