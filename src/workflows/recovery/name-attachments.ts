import {
  type AttachmentRow,
  filestoreName,
  parseAttachmentLine,
  type StoredFile,
  type VerifyProblem,
} from '../../core/recovery/index.ts';
import { readLines } from './read-content.ts';
import { type Check, checkFile } from './verify-check.ts';
import type { CheckedFiles } from './verify-filestore.ts';

/** Answers the attachments whose file is wanted; `undefined` where the backup does not say. */
export type AskAttachments = (isWanted: (file: string) => boolean) => Promise<readonly AttachmentRow[] | undefined>;

/** Reads the list that a physical backup carries, line by line, and proves it like every content. */
export function listedAttachments(check: Check, list: StoredFile): AskAttachments {
  return async (isWanted) => {
    const found: AttachmentRow[] = [];
    let cut: string | undefined;
    const isRead = await checkFile(check, 'attachments', list, async (content) => {
      for await (const line of readLines(content)) {
        const row = parseAttachmentLine(line);
        if (row === undefined) cut ??= line.slice(0, 60);
        else if (isWanted(row.file)) found.push(row);
      }
    });
    if (isRead && cut !== undefined) {
      const detail = `Its line ${JSON.stringify(cut)} is none.`;
      check.findings.found({ what: 'attachments', name: list.path, state: 'altered', detail });
    }
    return found;
  };
}

export type Users = ReadonlyMap<string, VerifyProblem['attachments']>;

/** Names the attachments of what is damaged, and finds those whose file the backup does not have at all (BKP-08). */
export async function nameAttachments(
  check: Check,
  ask: AskAttachments,
  { files, damaged, lostBefore }: CheckedFiles,
): Promise<Users | undefined> {
  const present = new Set(files.map(({ sha1 }) => filestoreName(sha1)));
  const lost = new Set(lostBefore);
  const isWanted = (file: string): boolean => damaged.has(file) || !(present.has(file) || lost.has(file));
  const rows = await ask(isWanted);
  if (rows === undefined) return undefined;
  const users = new Map<string, VerifyProblem['attachments'][number][]>();
  for (const { file, id, name, model, record } of rows) {
    users.set(file, [...(users.get(file) ?? []), { id, name, model, record }]);
  }
  for (const name of users.keys()) {
    if (damaged.has(name)) continue;
    const detail =
      'The database names it, and the filestore of the backup does not have it: they are from different times.';
    check.findings.found({ what: 'filestore', name, state: 'missing', detail });
  }
  return users;
}
