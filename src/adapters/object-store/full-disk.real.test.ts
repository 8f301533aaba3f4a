import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../host/command.ts';
import { createDirectoryObjectStore } from './directory-object-store.ts';

let place: string;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'plimsoll-full-'));
  await runCommand({
    command: ['mount', '-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'plimsoll-full', place],
    timeoutSeconds: 10,
  });
});

afterAll(async () => {
  await runCommand({ command: ['umount', place], timeoutSeconds: 10 });
  await chmod(place, 0o700);
  await rm(place, { recursive: true });
});

test('a full disk is REPOSITORY_FULL: nothing half is left, what was there is whole, and after making room it goes on', async () => {
  const store = createDirectoryObjectStore(place);
  const kept = new Uint8Array(randomBytes(300_000));
  await store.put('kept', kept);
  await expect(store.put('large', new Uint8Array(randomBytes(900_000)))).rejects.toMatchObject({
    code: 'REPOSITORY_FULL',
  });
  expect(await store.head('large')).toBeUndefined();
  expect(await readdir(join(place, '.drafts'))).toEqual([]);
  expect(Buffer.compare(await store.get('kept'), kept)).toBe(0);
  await store.delete('kept');
  expect(await store.put('large', new Uint8Array(randomBytes(900_000)))).toBe('written');
});
