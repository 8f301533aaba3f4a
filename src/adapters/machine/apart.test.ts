import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { placeApart, sweepApart } from './apart.ts';

let root = '';
let homes = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'plimsoll-apart-'));
  homes = await mkdtemp(join(tmpdir(), 'plimsoll-homes-'));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
  await rm(homes, { recursive: true, force: true });
});

async function placed(name: string, owner: string): Promise<string> {
  const place = await placeApart(name, owner, root);
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'data'), 'data');
  return place;
}

async function home(name: string): Promise<string> {
  await mkdir(join(homes, name));
  return join(homes, name);
}

describe('what lies apart from its state directory', () => {
  test('goes at the next start after its throw-away owner is gone, and stays as long as the owner is there', async () => {
    const gone = await home('gone');
    await placed('aaa', gone);
    await placed('bbb', await home('living'));
    await rm(gone, { recursive: true });
    await placed('ccc', await home('next'));
    expect(await readdir(root)).toEqual(['bbb', 'bbb.owner', 'ccc', 'ccc.owner']);
  });

  test('stays where the owner may merely be on a disk that is not mounted now', async () => {
    await placed('aaa', '/srv/not-mounted/.plimsoll');
    expect(await sweepApart(root)).toEqual([]);
    expect(await readdir(root)).toContain('aaa');
  });

  test('stays where nothing says whose it is', async () => {
    await mkdir(join(root, 'unmarked'));
    expect(await sweepApart(root)).toEqual([]);
    expect(await readdir(root)).toEqual(['unmarked']);
  });

  test('stays while a PostgreSQL runs from it', async () => {
    const owner = await home('gone');
    const place = await placed('aaa', owner);
    await writeFile(join(place, 'postmaster.pid'), `${process.pid}\n${place}\n`);
    await rm(owner, { recursive: true });
    expect(await sweepApart(root)).toEqual([]);
    await writeFile(join(place, 'postmaster.pid'), '999999999\n');
    expect(await sweepApart(root)).toEqual(['aaa']);
  });

  test('copies of programs go with the checkout they were copied from, wherever that was', async () => {
    await placed('postgresql-123', '/srv/removed-checkout/native');
    expect(await sweepApart(root)).toEqual(['postgresql-123']);
    expect(await readdir(root)).toEqual([]);
  });
});
