import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { estateSourceContract } from '../../ports/estate-source.contract.ts';
import { createEstateFiles } from './estate-files.ts';
import { writeNewEstate } from './write-estate.ts';

const made: string[] = [];

async function directoryWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'plimsoll-estate-'));
  made.push(root);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

afterEach(async () => {
  for (const root of made.splice(0)) await rm(root, { recursive: true, force: true });
});

describe('an estate directory', () => {
  estateSourceContract({
    holding: async (files) => createEstateFiles(await directoryWith(files)),
    empty: async () => createEstateFiles(await directoryWith({})),
  });

  test('that does not exist is ESTATE_UNREADABLE', async () => {
    const source = createEstateFiles('/nowhere/at/all');
    await expect(source.read()).rejects.toMatchObject({ code: 'ESTATE_UNREADABLE', message: /no such directory/ });
  });

  test('may be a single file', async () => {
    const root = await directoryWith({ 'one.yaml': 'kind: A', 'two.yaml': 'kind: B' });
    const { files } = await createEstateFiles(join(root, 'one.yaml')).read();
    expect(files.map(({ path }) => path)).toEqual(['one.yaml']);
  });
});

describe('a file that cannot be used is one diagnostic, and the others are read', () => {
  const codesOf = async (root: string) => {
    const { files, diagnostics } = await createEstateFiles(root).read();
    expect(files.map(({ path }) => path)).toEqual(['good.yaml']);
    return diagnostics.map(({ code, file }) => [code, file]);
  };

  test('because it is not UTF-8', async () => {
    const root = await directoryWith({ 'good.yaml': 'kind: A', 'latin.yaml': Uint8Array.of(0x6b, 0xe9, 0xff) });
    expect(await codesOf(root)).toEqual([['FILE_NOT_UTF8', 'latin.yaml']]);
  });

  test('because it is huge', async () => {
    const root = await directoryWith({ 'good.yaml': 'kind: A', 'huge.yaml': '' });
    await truncate(join(root, 'huge.yaml'), 2 ** 33);
    expect(await codesOf(root)).toEqual([['FILE_TOO_LARGE', 'huge.yaml']]);
  });

  test('because its link leads out of the estate', async () => {
    const outside = await directoryWith({ 'secret.yaml': 'kind: B' });
    const root = await directoryWith({ 'good.yaml': 'kind: A' });
    await symlink(join(outside, 'secret.yaml'), join(root, 'link.yaml'));
    expect(await codesOf(root)).toEqual([['FILE_LINK_LEAVES', 'link.yaml']]);
  });

  test('because its link leads nowhere', async () => {
    const root = await directoryWith({ 'good.yaml': 'kind: A' });
    await symlink(join(root, 'gone.yaml'), join(root, 'link.yaml'));
    expect(await codesOf(root)).toEqual([['FILE_UNREADABLE', 'link.yaml']]);
  });

  test('and a link back to a parent directory does not make the walk endless', async () => {
    const root = await directoryWith({ 'good.yaml': 'kind: A' });
    await symlink(root, join(root, 'loop'));
    expect(await codesOf(root)).toEqual([]);
  });
});

describe('writing a new estate', () => {
  const files = [{ path: 'estate.yaml', text: 'kind: A\n' }];

  test('makes the directory, and what was written is read back', async () => {
    const root = join(await directoryWith({}), 'new');
    await writeNewEstate(root, files);
    expect((await createEstateFiles(root).read()).files).toEqual(files);
  });

  test('refuses a directory that holds an estate and leaves it as it is', async () => {
    const root = await directoryWith({ 'mine.yml': 'kind: B' });
    await expect(writeNewEstate(root, files)).rejects.toMatchObject({ code: 'ESTATE_EXISTS', message: /mine\.yml/ });
    expect((await createEstateFiles(root).read()).files).toEqual([{ path: 'mine.yml', text: 'kind: B' }]);
  });
});
