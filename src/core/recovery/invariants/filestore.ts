import { isFilestoreThere } from '../coverage.ts';
import type { DrillCheck } from '../drill.ts';
import { sha1OfName } from '../filestore-index.ts';
import { namedCulprits } from './invariant.ts';

/** An attachment that names a file, for people: what it is called and what it hangs on. */
export interface NamedFile {
  readonly file: string;
  readonly attachment: string;
}

/** A file of the filestore as it was brought back, with the SHA-1 of what is in it; or why it could not be. */
export type RestoredFile =
  | { readonly file: string; readonly sha1: string }
  | { readonly file: string; readonly fault: string };

/** Columns `file` and `attachment`: every file that the database names, once. */
export const namedFilesSql = `select distinct on (store_fname) store_fname as file,
    format('%s%s', name, case when res_model is null then '' else format(' of %s %s', res_model, coalesce(res_id, 0)) end) as attachment
  from ir_attachment where store_fname is not null order by store_fname, id`;

function check(name: string, culprits: readonly string[], total: number, holds: string, breaks: string): DrillCheck {
  if (total === 0) return { name, outcome: 'passed', detail: holds, evidence: [] };
  return { name, outcome: 'failed', detail: `${total} ${breaks}`, evidence: culprits.slice(0, namedCulprits) };
}

/**
 * Holds the database's names against the files that came back. Files that the source had lost before the backup are no
 * failing of the backup: they are told, and do not fail it, unless they are most of all. An Odoo without its files is not recovered.
 */
export function judgeFilestore(
  named: readonly NamedFile[],
  restored: readonly RestoredFile[],
  lostBefore: readonly string[],
): readonly DrillCheck[] {
  const byName = new Map(restored.map((file) => [file.file, file]));
  const lost = new Set(lostBefore);
  const attachmentOf = new Map(named.map(({ file, attachment }) => [file, attachment]));
  const tell = (file: string, why?: string): string => {
    const attachment = attachmentOf.get(file);
    return `${file}${attachment === undefined ? '' : ` (${attachment})`}${why === undefined ? '' : `: ${why}`}`;
  };
  const unread = restored.flatMap((file) => ('fault' in file ? [tell(file.file, file.fault)] : []));
  const foreign = restored.flatMap((file) =>
    'sha1' in file && file.sha1 !== sha1OfName(file.file) ? [tell(file.file, `its content is ${file.sha1}`)] : [],
  );
  const orphans = restored.filter(({ file }) => !attachmentOf.has(file)).length;
  const lostNamed = named.filter(({ file }) => lost.has(file)).length;
  const known = lostNamed === 0 ? '' : `; ${lostNamed} had been lost at the source before the backup`;
  const isThere = isFilestoreThere({ files: named.length - lostNamed, missing: lostNamed });
  const gone = named
    .filter(({ file }) => !byName.has(file) && !(isThere && lost.has(file)))
    .map(({ file }) => tell(file));
  return [
    check(
      'filestore.present',
      gone,
      gone.length,
      `all ${named.length} files that the database names are there${known}`,
      `files that the database names are not in the backup${known}`,
    ),
    check(
      'filestore.readable',
      unread,
      unread.length,
      'every file of the backup could be read',
      'files of the backup could not be read',
    ),
    check(
      'filestore.sha1',
      foreign,
      foreign.length,
      'the content of every file is what its name says',
      'files hold another content than their names say',
    ),
    {
      name: 'filestore.orphans',
      outcome: 'passed',
      detail: `${orphans} files are named by no attachment; Odoo will collect them`,
      evidence: [],
    },
  ];
}
