import { readFile } from 'node:fs/promises';
import type { HostFile } from '../../core/compile/host/index.ts';
import { ownedFile } from './cluster.ts';

/** Writes compiled files, readable by every user: they hold no secret. Answers which of them changed. */
export async function writeHostFiles(files: readonly HostFile[]): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const file of files) {
    if ((await readFile(file.path, 'utf8').catch(() => undefined)) === file.content) continue;
    await ownedFile(file.path, file.content, undefined, 0o644);
    changed.push(file.path);
  }
  return changed;
}
