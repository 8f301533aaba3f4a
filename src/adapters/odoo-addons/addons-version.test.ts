import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readAddonsVersion } from './addons-version.ts';

const commit = '3f2ac1d0b8e1aa0c9d6f4b7e2a1c5d8e9f0a1b2c';

async function checkout() {
  const root = await mkdtemp(join(tmpdir(), 'plimsoll-addons-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const path = join(root, 'addons');
  await mkdir(join(path, 'palmetto_rf', 'models'), { recursive: true });
  await writeFile(join(path, 'palmetto_rf', '__manifest__.py'), "{'name': 'RF', \"version\": '19.0.1.2',}\n");
  await writeFile(join(path, 'palmetto_rf', 'models', 'scanner.py'), 'beep = 1\n');
  const write = (name: string, text: string) => writeFile(join(root, name), text);
  return {
    root,
    path,
    write,
    read: (limits?: { files: number; bytes: number }) => readAddonsVersion({ directory: '/srv/addons', path }, limits),
  };
}

async function withGit(head: string) {
  const ground = await checkout();
  await mkdir(join(ground.root, '.git', 'refs', 'heads', 'team'), { recursive: true });
  await ground.write('.git/HEAD', `${head}\n`);
  return ground;
}

describe('which version of add-ons lies in a directory (BKP-01)', () => {
  test('is the digest of its content where it is no checkout: another file is another version, and Python’s own do not count', async () => {
    const { path, read } = await checkout();
    const first = await read();
    expect(first).toMatchObject({
      revision: null,
      problem: null,
      modules: [{ name: 'palmetto_rf', version: '19.0.1.2' }],
    });
    await mkdir(join(path, 'palmetto_rf', '__pycache__'));
    await writeFile(join(path, 'palmetto_rf', '__pycache__', 'scanner.cpython-311.pyc'), 'made');
    expect(await read()).toEqual(first);
    await writeFile(join(path, 'palmetto_rf', 'models', 'scanner.py'), 'beep = 2\n');
    const changed = await read();
    expect(changed.sha256).not.toBe(first.sha256);
    await rename(join(path, 'palmetto_rf', 'models', 'scanner.py'), join(path, 'palmetto_rf', 'models', 'gun.py'));
    expect((await read()).sha256).not.toBe(changed.sha256);
  });

  test('is the commit of the checkout that it lies in: on a branch, packed, in a worktree, or with no branch', async () => {
    const loose = await withGit('ref: refs/heads/team/19');
    await loose.write('.git/refs/heads/team/19', `${commit}\n`);
    expect((await loose.read()).revision).toBe(`git ${commit}`);
    const packed = await withGit('ref: refs/heads/main');
    await packed.write('.git/packed-refs', `# pack-refs\n${commit} refs/heads/main\n`);
    expect((await packed.read()).revision).toBe(`git ${commit}`);
    expect((await (await withGit(commit)).read()).revision).toBe(`git ${commit}`);
    const worktree = await checkout();
    await mkdir(join(packed.root, '.git', 'worktrees', 'b'), { recursive: true });
    await packed.write('.git/worktrees/b/HEAD', 'ref: refs/heads/main\n');
    await packed.write('.git/worktrees/b/commondir', '../..\n');
    await worktree.write('.git', `gitdir: ${join(packed.root, '.git', 'worktrees', 'b')}\n`);
    expect((await worktree.read()).revision).toBe(`git ${commit}`);
  });

  test('is told apart by content where a checkout was changed by hand', async () => {
    const { path, read } = await withGit(commit);
    const before = await read();
    await writeFile(join(path, 'palmetto_rf', 'models', 'scanner.py'), 'beep = 3\n');
    const after = await read();
    expect(after.revision).toBe(before.revision);
    expect(after.sha256).not.toBe(before.sha256);
  });

  test('follows no name of a branch that leads elsewhere, and no link', async () => {
    const climbing = await withGit('ref: refs/heads/../../../../etc/passwd');
    expect((await climbing.read()).revision).toBeNull();
    const { path, read } = await checkout();
    await symlink('palmetto_rf', join(path, 'alias'));
    expect((await read()).sha256).not.toBeNull();
    await symlink('/etc', join(path, 'outside'));
    expect(await read()).toMatchObject({ sha256: null, problem: 'the link outside leads out of it' });
  });

  test('is told apart by names that are no text as well, and by what would run something in a shell', async () => {
    const { path, read } = await checkout();
    const inBytes = (name: string) => Buffer.concat([Buffer.from(`${path}/palmetto_rf/`), Buffer.from(name, 'latin1')]);
    const digests = [(await read()).sha256];
    for (const name of ['caf\xe9.csv', 'caf\xe8.csv', 'new\nline', '-rf', '$(touch x)', '`x`; "\'.py']) {
      await writeFile(inBytes(name), 'same');
      digests.push((await read()).sha256);
    }
    // Bytes that no text has become the same sign in any: one file would have stood for the other.
    await rename(inBytes('caf\xe9.csv'), inBytes('caf\xea.csv'));
    digests.push((await read()).sha256);
    await symlink(Buffer.from('caf\xea.csv', 'latin1'), inBytes('alias\xff'));
    digests.push((await read()).sha256);
    expect(digests).not.toContain(null);
    expect(new Set(digests).size).toBe(digests.length);
    expect((await read()).modules).toEqual([{ name: 'palmetto_rf', version: '19.0.1.2' }]);
    await symlink('/etc', inBytes('out\xff'));
    expect((await read()).problem).toMatch(/^the link palmetto_rf\/out.+ leads out of it$/);
  });

  test('is not read beyond its bounds, and says so', async () => {
    const { read } = await checkout();
    expect(await read({ files: 1, bytes: 1_000 })).toMatchObject({ sha256: null, problem: 'it has more than 1 files' });
    expect((await read({ files: 9, bytes: 10 })).problem).toContain('it is larger than');
    const gone = await readAddonsVersion({ directory: '/srv/addons', path: '/nowhere/addons' });
    expect(gone).toMatchObject({ modules: [], problem: 'it is not on this machine' });
    const declared = { directory: '/srv/addons', revision: 'release 12', path: '/nowhere/addons' };
    expect((await readAddonsVersion(declared)).revision).toBe('release 12');
  });
});
