import {
  type FilestoreSet,
  filestoreName,
  type IndexedFile,
  parseIndexLine,
  type StoredFile,
} from '../../core/recovery/index.ts';
import { eachAtOnce } from './each-at-once.ts';
import { readLines } from './read-content.ts';
import { readContent } from './read-pieces.ts';
import { type Check, checkFile, type Found } from './verify-check.ts';

const filesAtOnce = 8;

/** The index, line by line: sorted, each once, and as many as the manifest says. */
async function readIndex(check: Check, { index, files, bytes }: FilestoreSet): Promise<readonly IndexedFile[]> {
  const found: IndexedFile[] = [];
  let cut: string | undefined;
  const isRead = await checkFile(check, 'index', index, async (content) => {
    for await (const line of readLines(content)) {
      const file = parseIndexLine(line);
      if (file === undefined || file.sha1 <= (found.at(-1)?.sha1 ?? '')) cut ??= line.slice(0, 60);
      else found.push(file);
    }
  });
  const total = found.reduce((sum, file) => sum + file.bytes, 0);
  if (isRead && (cut !== undefined || found.length !== files || total !== bytes)) {
    const detail =
      cut === undefined
        ? `It lists ${found.length} files of ${total} bytes, and the manifest says ${files} of ${bytes}.`
        : `Its line ${JSON.stringify(cut)} is none.`;
    check.findings.found({ what: 'index', name: index.path, state: 'altered', detail });
  }
  return found;
}

/** Every file of the filestore: its pieces are there, open, and together have the SHA-1 that is its name. */
async function checkFiles(check: Check, files: readonly IndexedFile[]): Promise<ReadonlySet<string>> {
  const damaged = new Set<string>();
  await eachAtOnce(files, filesAtOnce, async (file) => {
    const name = filestoreName(file.sha1);
    const content = readContent(check.repository, file.pieces, check.signal);
    const found = (state: Found['state'], detail: string): void => {
      damaged.add(name);
      check.findings.found({ what: 'filestore', name, state, detail });
    };
    try {
      for await (const _ of content.chunks);
    } catch (error) {
      const state = content.stateOf(error);
      if (state === undefined) throw error;
      found(state, (error as Error).message);
      return;
    }
    check.findings.checked(content.bytes());
    if (content.sha1() !== file.sha1) found('altered', `Its content is that of ${content.sha1()}, not its own.`);
  });
  return damaged;
}

/** What a set of files came to. */
export interface CheckedFiles {
  readonly files: readonly IndexedFile[];
  /** By Odoo's name. */
  readonly damaged: ReadonlySet<string>;
  readonly lostBefore: readonly string[];
}

/** The index of a set and every file that it names. */
export async function checkFilestore(check: Check, set: FilestoreSet): Promise<CheckedFiles> {
  const files = await readIndex(check, set);
  return { files, damaged: await checkFiles(check, files), lostBefore: set.missing };
}

/** A stored file under another name, so that what is wrong with it says which it is. */
export function calledIn(folder: string, file: StoredFile): StoredFile {
  return { ...file, path: `${folder}/${file.path}` };
}
