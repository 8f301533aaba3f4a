import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AddonsVersion } from '../../core/recovery/index.ts';
import { gitRevision } from './git-revision.ts';
import { type TreeLimits, treeDigest } from './tree-digest.ts';

/** Odoo's own add-ons of a series are some 50 000 files of 700 MB: nobody's own come near. */
const usualLimits: TreeLimits = { files: 100_000, bytes: 1_024 * 2 ** 20 };
const mostManifestBytes = 256 * 2 ** 10;

/** `'version': '19.0.1.2'` of a manifest, which is a Python literal. */
const versionLine = /(['"])version\1\s*:\s*(['"])([^'"\n]*)\2/;

async function moduleIn(directory: string, name: string) {
  const file = join(directory, name, '__manifest__.py');
  const found = await stat(file).catch(() => undefined);
  if (found === undefined || !found.isFile()) return undefined;
  const text = found.size > mostManifestBytes ? '' : await readFile(file, 'utf8').catch(() => '');
  return { name, version: versionLine.exec(text)?.[3] ?? '' };
}

async function modulesIn(directory: string): Promise<AddonsVersion['modules']> {
  const names = (await readdir(directory)).toSorted();
  return (await Promise.all(names.map((name) => moduleIn(directory, name)))).filter((module) => module !== undefined);
}

/** Which version of add-ons lies in a directory. What cannot be known is said in it, and never thrown. */
export async function readAddonsVersion(
  declared: { readonly directory: string; readonly revision?: string | undefined; readonly path: string },
  limits: TreeLimits = usualLimits,
): Promise<AddonsVersion> {
  const { directory, revision = null } = declared;
  const none = { directory, revision, sha256: null, modules: [] };
  try {
    const path = await realpath(declared.path);
    const [modules, commit, digest] = [await modulesIn(path), await gitRevision(path), await treeDigest(path, limits)];
    return {
      directory,
      modules,
      revision: revision ?? (commit === undefined ? null : `git ${commit}`),
      sha256: 'sha256' in digest ? digest.sha256 : null,
      problem: 'problem' in digest ? digest.problem : null,
    };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return {
      ...none,
      problem: isMissing ? 'it is not on this machine' : `it cannot be read: ${(error as Error).message}`,
    };
  }
}
