import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../host/command.ts';
import { openPool } from '../postgres/index.ts';
import { openEmbedded } from './index.ts';

let disk: string;
const mount = (...args: readonly string[]): Promise<unknown> =>
  runCommand({ command: ['mount', ...args], timeoutSeconds: 10 });

beforeAll(async () => {
  disk = await mkdtemp(join(tmpdir(), 'plimsoll-full-'));
  await mount('-t', 'tmpfs', '-o', 'size=24m,mode=0755', 'plimsoll-full', disk);
});

afterAll(async () => {
  await runCommand({ command: ['umount', disk], timeoutSeconds: 10 });
  await rm(disk, { recursive: true });
});

test('a state directory on a full disk says so, keeps nothing half made, and heals when there is room', async () => {
  const open = () => openEmbedded({ stateDirectory: join(disk, 'state'), whenOwned: 'refuse' });
  await expect(open()).rejects.toMatchObject({ code: 'DISK_FULL', message: expect.stringContaining('no room left') });
  expect((await readdir(join(disk, 'state'), { recursive: true })).filter((name) => name.includes('partial'))).toEqual(
    [],
  );
  await mount('-o', 'remount,size=400m', disk);
  const opened = await open();
  const pool = openPool(opened.url, { maxConnections: 1 });
  expect((await pool<{ one: number }[]>`SELECT 1 AS one`)[0]?.one).toBe(1);
  await pool.end();
  await opened.stop();
});

test('a disk without a single byte left is told apart from a broken PostgreSQL, too', async () => {
  await mount('-o', 'remount,size=400m', disk);
  await writeFile(join(disk, 'ballast'), new Uint8Array(500 * 1024 * 1024)).catch(() => {});
  const stateDirectory = join(disk, 'another');
  await expect(openEmbedded({ stateDirectory, whenOwned: 'refuse' })).rejects.toMatchObject({ code: 'DISK_FULL' });
  await rm(join(disk, 'ballast'));
});
