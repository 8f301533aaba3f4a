import { appendFile, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFileRequestLog } from './file-request-log.ts';
import { createResumingRequestLog } from './resuming-request-log.ts';

let directory: string;
let file: string;
let positionFile: string;
const open = () => createResumingRequestLog({ file, positionFile });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plimsoll-log-'));
  file = join(directory, 'odoo.log');
  positionFile = join(directory, 'observer', 'position');
  await writeFile(file, 'old\n');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('following a log across restarts', () => {
  test('what is logged while no controller runs is read afterwards, once; without the kept place it is lost', async () => {
    const first = open();
    expect((await first.readNew()).lines).toEqual([]);
    await appendFile(file, 'seen\n');
    expect((await first.readNew()).lines).toEqual(['seen']);
    // As after kill -9: nothing is closed.
    await appendFile(file, 'while down\n');
    expect((await createFileRequestLog({ file }).readNew()).lines).toEqual([]);
    const second = open();
    expect((await second.readNew()).lines).toEqual(['while down']);
    expect((await second.readNew()).lines).toEqual([]);
    await Promise.all([first.close(), second.close()]);
    expect(await readdir(join(directory, 'observer'))).toEqual(['position']);
  });

  test('two controllers that take turns read every line once', async () => {
    const [one, other] = [open(), open()];
    await one.readNew();
    const lines: string[] = [];
    for (const [index, reader] of [one, one, other, other, one].entries()) {
      await appendFile(file, `line ${index}\n`);
      lines.push(...(await reader.readNew()).lines);
    }
    expect(lines).toEqual(['line 0', 'line 1', 'line 2', 'line 3', 'line 4']);
    await Promise.all([one.close(), other.close()]);
  });

  test('a log rotated while it runs is still read to its end', async () => {
    const log = open();
    await log.readNew();
    await appendFile(file, 'before\n');
    await rename(file, `${file}.1`);
    await writeFile(file, 'after\n');
    const lines: string[] = [];
    for (let read = 0; read < 4; read += 1) lines.push(...(await log.readNew()).lines);
    expect(lines).toEqual(['before', 'after']);
    await log.close();
  });

  test.each(['odoo.log.1', 'odoo.log-20261121'])(
    'a log rotated to %s while no controller runs is read to its end before the new one',
    async (rotated) => {
      const first = open();
      await first.readNew();
      await appendFile(file, 'seen\n');
      expect((await first.readNew()).lines).toEqual(['seen']);
      await first.close();
      await appendFile(file, 'before one\nbefore two\n');
      await rename(file, join(directory, rotated));
      await writeFile(file, 'after\n');
      await writeFile(join(directory, 'odoo.log.2'), 'older and seen long ago\n');
      const second = open();
      const lines: string[] = [];
      for (let read = 0; read < 4; read += 1) lines.push(...(await second.readNew()).lines);
      expect(lines).toEqual(['before one', 'before two', 'after']);
      await second.close();
      // And a third, after it: nothing is read twice.
      const third = open();
      await appendFile(file, 'later\n');
      expect((await third.readNew()).lines).toEqual(['later']);
      await third.close();
    },
  );

  test('a rotated log that was packed meanwhile is lost, and the new one is read whole', async () => {
    const first = open();
    await first.readNew();
    await first.close();
    await appendFile(file, 'lost\n');
    await rename(file, `${file}.1`);
    // As logrotate does it: the new file is there before the old one goes.
    await writeFile(file, 'after\n');
    await writeFile(`${file}.1.gz`, 'packed');
    await rm(`${file}.1`);
    const second = open();
    const lines: string[] = [];
    for (let read = 0; read < 3; read += 1) lines.push(...(await second.readNew()).lines);
    expect(lines).toEqual(['after']);
    await second.close();
  });

  test('a place that is spoilt or cannot be kept does not stop the look', async () => {
    await writeFile(join(directory, 'observer'), 'a file where a directory should be');
    const log = open();
    expect((await log.readNew()).lines).toEqual([]);
    await appendFile(file, 'a\n');
    expect((await log.readNew()).lines).toEqual(['a']);
    await log.close();
  });
});
