import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Fault } from '../../core/kernel/index.ts';
import { type LogWorld, requestLogContract } from '../../ports/request-log.contract.ts';
import type { RequestLog } from '../../ports/request-log.ts';
import { createFileRequestLog } from './file-request-log.ts';
import { createResumingRequestLog } from './resuming-request-log.ts';

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plimsoll-log-'));
  file = join(directory, 'odoo.log');
  await writeFile(file, 'old\n');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

let made = 0;
async function world(open: (file: string) => RequestLog): Promise<LogWorld> {
  made += 1;
  const path = join(directory, `log-${made}`);
  await writeFile(path, 'old\n');
  return {
    open: () => open(path),
    write: (bytes) => appendFile(path, bytes),
    rotate: async () => {
      await rename(path, `${path}.1`);
      await writeFile(path, '');
    },
    lose: () => rm(path),
  };
}

requestLogContract('a log file', () => world((path) => createFileRequestLog({ file: path })));
requestLogContract('a log file whose place is kept', () =>
  world((path) => createResumingRequestLog({ file: path, positionFile: `${path}.position` })),
);

describe('following a log', () => {
  test('goes on after a restart where it stood', async () => {
    const first = createFileRequestLog({ file });
    await first.readNew();
    await appendFile(file, 'a\n');
    await first.readNew();
    await appendFile(file, 'b\n');
    expect((await createFileRequestLog({ file, position: first.position }).readNew()).lines).toEqual(['b']);
    expect((await createFileRequestLog({ file, position: 'nonsense' }).readNew()).lines).toEqual([]);
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
