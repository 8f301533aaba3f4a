import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { diagnose, type EstateFile } from '../../core/estate/index.ts';
import { type Diagnostic, Fault } from '../../core/kernel/index.ts';
import type { EstateSource, EstateText } from '../../ports/estate-source.ts';

/** Larger than an estate of a thousand environments in one file; a database dump named .yaml is a mistake. */
const maximumBytes = 4 * 2 ** 20;
const maximumFiles = 5_000;
const maximumDepth = 12;

/** A directory that holds other people's YAML. */
const skipped = 'node_modules';

type Read = { readonly file: EstateFile } | { readonly diagnostic: Diagnostic };

/** Reads an estate from a directory (or from a single file): every .yaml and .yml below it, hidden ones excepted. */
export function createEstateFiles(directory: string): EstateSource {
  return { read: () => readEstate(directory) };
}

async function readEstate(directory: string): Promise<EstateText> {
  const root = await locate(directory);
  const listed = root.isFile ? [basename(root.path)] : await list(root.path);
  const base = root.isFile ? dirname(root.path) : root.path;
  if (listed.length === 0) {
    throw new Fault('ESTATE_UNREADABLE', `${directory}: no .yaml files here; \`plimsoll init\` writes a first estate`);
  }
  const kept = listed.slice(0, maximumFiles);
  const files: EstateFile[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const path of kept) {
    const read = await readOne(base, path);
    if ('file' in read) files.push(read.file);
    else diagnostics.push(read.diagnostic);
  }
  if (listed.length > maximumFiles) {
    const message = `more than ${maximumFiles} files; those after ${kept.at(-1)} were not read`;
    diagnostics.push(diagnose('FILES_TOO_MANY', atTop(kept.at(-1) ?? ''), message));
  }
  return { files, diagnostics };
}

async function locate(directory: string): Promise<{ readonly path: string; readonly isFile: boolean }> {
  try {
    const path = await realpath(directory);
    const found = await stat(path);
    if (found.isDirectory() || found.isFile()) return { path, isFile: found.isFile() };
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = isMissing ? 'there is no such directory' : (cause as Error).message;
    throw new Fault('ESTATE_UNREADABLE', `${directory}: ${reason}`, { cause });
  }
  throw new Fault('ESTATE_UNREADABLE', `${directory}: this is neither a directory nor a file`);
}

/** Relative paths of all YAML files, sorted. Linked directories are not entered, so that the walk ends. */
async function list(root: string): Promise<readonly string[]> {
  const found: string[] = [];
  let level = [''];
  for (let depth = 0; depth <= maximumDepth && level.length > 0 && found.length <= maximumFiles; depth += 1) {
    const next: string[] = [];
    for (const below of level) {
      const { files, directories } = await listOne(root, below);
      found.push(...files);
      next.push(...directories);
    }
    level = next;
  }
  return found.toSorted();
}

async function listOne(root: string, below: string) {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch((cause: unknown) => {
    throw new Fault('ESTATE_UNREADABLE', `${join(root, below)}: ${(cause as Error).message}`, { cause });
  });
  const visible = entries.filter(({ name }) => !name.startsWith('.') && name !== skipped);
  const pathOf = (name: string): string => (below === '' ? name : `${below}/${name}`);
  const directories = visible.filter((entry) => entry.isDirectory()).map(({ name }) => pathOf(name));
  const isYaml = (entry: (typeof visible)[number]): boolean => !entry.isDirectory() && /\.ya?ml$/i.test(entry.name);
  return { files: visible.filter(isYaml).map(({ name }) => pathOf(name)), directories };
}

async function readOne(root: string, path: string): Promise<Read> {
  try {
    const full = join(root, path);
    const link = await lstat(full);
    const real = link.isSymbolicLink() ? await realpath(full) : full;
    if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) {
      return { diagnostic: diagnose('FILE_LINK_LEAVES', atTop(path), 'this symbolic link leads out of the estate') };
    }
    const found = await stat(real);
    if (!found.isFile()) return { diagnostic: diagnose('FILE_UNREADABLE', atTop(path), 'this is not a regular file') };
    if (found.size > maximumBytes) {
      const message = `${found.size} bytes; Plimsoll reads up to ${maximumBytes}`;
      return { diagnostic: diagnose('FILE_TOO_LARGE', atTop(path), message) };
    }
    return decode(path, await readFile(real));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'the link leads nowhere' : message;
    return { diagnostic: diagnose('FILE_UNREADABLE', atTop(path), `this file cannot be read: ${reason}`) };
  }
}

function decode(path: string, bytes: Buffer): Read {
  try {
    return { file: { path, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) } };
  } catch {
    return { diagnostic: diagnose('FILE_NOT_UTF8', atTop(path), 'this is not UTF-8 text') };
  }
}

function atTop(file: string): { readonly file: string; readonly line: number; readonly column: number } {
  return { file, line: 1, column: 1 };
}
