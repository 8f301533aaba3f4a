import { Fault } from '../../core/kernel/index.ts';
import {
  type BackupManifest,
  dumpProblem,
  judgeArchive,
  type PhysicalManifest,
  type StoredFile,
} from '../../core/recovery/index.ts';
import type { SpoolDirectory } from '../../ports/spool.ts';
import { openArchiveOf } from './open-archive.ts';
import { type Check, checkFile } from './verify-check.ts';

/** What pgBackRest holds of a physical backup: its cluster, and the log up to the instant of the files and on. */
export async function checkCluster(check: Check, manifest: PhysicalManifest): Promise<void> {
  if (!(await checkFile(check, 'database', manifest.database.passphrase))) return;
  const archive = await openArchiveOf(check, manifest, { signal: check.signal });
  const { signal } = check;
  try {
    const labels = (await archive.list({ signal })).map(({ label }) => label);
    const segments = await archive.segments({ signal });
    // Where the backup itself is gone, reading all others says nothing about it, and the repository may be gone as well.
    const damaged = labels.includes(manifest.database.label) ? await archive.verify({ signal }) : [];
    judgeArchive(manifest.database, { labels, segments, damaged }).forEach(check.findings.found);
  } finally {
    await archive.close();
  }
}

/**
 * Every file of the dump; its table of contents, and the rows of ir_attachment, stay in the spool to be looked into. Answers
 * whether those rows are there.
 */
export async function checkDump(
  check: Check,
  spool: SpoolDirectory,
  manifest: BackupManifest,
  files: readonly StoredFile[],
): Promise<boolean> {
  const toSpool = (file: StoredFile) => (content: AsyncIterable<Uint8Array>) => spool.write(file.path, content);
  const toc = files.find(({ path }) => path === 'toc.dat');
  if (toc === undefined) {
    check.findings.found({ what: 'dump', name: 'toc.dat', state: 'missing', detail: 'The manifest names no toc.dat.' });
  }
  const isReadable = toc !== undefined && (await checkFile(check, 'dump', toc, toSpool(toc)));
  const tables = isReadable ? await tablesOf(check, spool) : [];
  if (tables.length > 0 || isReadable) {
    const problem = dumpProblem({ tables, files }, manifest.rowCounts);
    if (problem !== undefined)
      check.findings.found({ what: 'dump', name: 'toc.dat', state: 'incomplete', detail: problem });
  }
  const rows = tables.find(({ schema, table }) => schema === 'public' && table === 'ir_attachment')?.file;
  let hasRows = false;
  for (const file of files.filter((each) => each !== toc)) {
    if (file.path === rows) hasRows = await checkFile(check, 'dump', file, toSpool(file));
    else await checkFile(check, 'dump', file);
  }
  return hasRows;
}

async function tablesOf(check: Check, spool: SpoolDirectory) {
  return check.inspector.tables(spool.path, { signal: check.signal }).catch((error: unknown) => {
    // Everything else says something of the machine: that pg_restore was killed, or is not there.
    if (!(error instanceof Fault && error.code === 'CONTENT_ALTERED')) throw error;
    check.findings.found({ what: 'dump', name: 'toc.dat', state: 'unreadable', detail: error.message });
    return [];
  });
}

/** The table of contents and the rows of ir_attachment of a dump: at most the largest file, and a little. */
export function spoolBytesOf(manifest: BackupManifest): number {
  const files = manifest.database.method === 'logical' ? manifest.database.files : [];
  const toc = files.find(({ path }) => path === 'toc.dat')?.bytes ?? 0;
  return toc + Math.max(0, ...files.map(({ bytes }) => bytes));
}
