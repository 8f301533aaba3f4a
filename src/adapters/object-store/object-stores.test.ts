import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { describeObjectStore } from '../../ports/object-store.contract.ts';
import { createDirectoryObjectStore } from './directory-object-store.ts';
import { createForgetfulObjectStore } from './forgetful-object-store.ts';
import { createMemoryObjectStore } from './memory-object-store.ts';

const created: string[] = [];
const clock = { now: () => Temporal.Instant.from('2026-11-21T08:00:00Z') };

async function temporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'plimsoll-objects-'));
  created.push(directory);
  return directory;
}

afterEach(async () => {
  await Promise.all(created.splice(0).map((directory) => rm(directory, { recursive: true, force: true })));
});

describeObjectStore('memory', async () => createMemoryObjectStore(clock));
describeObjectStore('forgetful memory', async () => createForgetfulObjectStore(clock));
describeObjectStore('directory', async () => createDirectoryObjectStore(join(await temporary(), 'deep', 'store')));

describe('objects in a directory', () => {
  test('only their owner can read them', async () => {
    const directory = join(await temporary(), 'store');
    await createDirectoryObjectStore(directory).put('a/b', Buffer.from('x'));
    for (const path of ['', 'a', 'a/b']) expect((await stat(join(directory, path))).mode & 0o077).toBe(0);
  });

  test('a draft that a killed writer left is no object, and is swept once it is old', async () => {
    const directory = await temporary();
    const store = createDirectoryObjectStore(directory);
    await store.put('key', Buffer.from('x'));
    await writeFile(join(directory, '.drafts', 'left'), 'half');
    const listed = await Array.fromAsync(store.list(''));
    expect(listed.map(({ key }) => key)).toEqual(['key']);
    expect(await store.sweep(Temporal.Instant.from('2020-01-01T00:00:00Z'))).toBe(0);
    expect(await store.sweep(Temporal.Instant.from('2100-01-01T00:00:00Z'))).toBe(1);
    expect(await readdir(join(directory, '.drafts'))).toEqual([]);
  });

  test('a directory that is removed under us is made again', async () => {
    const directory = await temporary();
    const store = createDirectoryObjectStore(directory);
    await store.put('a/1', Buffer.from('x'));
    await rm(join(directory, 'a'), { recursive: true });
    expect(await store.put('a/2', Buffer.from('y'))).toBe('written');
  });

  test('what is settled is written through: the way to it, and every directory below, whoever made it', async () => {
    const directory = await temporary();
    const synced: string[] = [];
    const sync = async (path: string): Promise<void> => void synced.push(relative(directory, path));
    const store = createDirectoryObjectStore(directory, { sync });
    await mkdir(join(directory, 'a', '02'), { recursive: true });
    for (const key of ['a/01/x', 'a/02/y', 'b/z', 'a/03/deep/w']) await store.put(key, Buffer.from('x'));
    expect(synced.filter((path) => path !== '')).toEqual([]);
    await store.settle('a/');
    expect(synced.toSorted()).toEqual(['', '', 'a', 'a/01', 'a/02', 'a/03', 'a/03/deep']);
    synced.length = 0;
    await store.settle('a/03/');
    expect(synced).toEqual(['', 'a', 'a/03', 'a/03/deep']);
  });

  test('a folder is no object', async () => {
    const directory = await temporary();
    const store = createDirectoryObjectStore(directory);
    await mkdir(join(directory, 'folder'));
    expect(await store.head('folder')).toBeUndefined();
    expect(await Array.fromAsync(store.list(''))).toEqual([]);
  });
});

test('what is locked in memory stays until its time', async () => {
  let now = clock.now();
  const store = createMemoryObjectStore({ now: () => now });
  await store.put('key', Buffer.from('x'), { retainUntil: now.add({ hours: 1 }) });
  await expect(store.delete('key')).rejects.toMatchObject({ code: 'OBJECT_LOCKED' });
  now = now.add({ hours: 2 });
  await store.delete('key');
  expect(await store.head('key')).toBeUndefined();
});
