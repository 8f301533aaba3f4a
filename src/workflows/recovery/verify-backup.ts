import { Fault } from '../../core/kernel/index.ts';
import {
  type BackupManifest,
  type BackupProgress,
  databaseFilesOf,
  dumpProblem,
  filestoreName,
  type IndexedFile,
  isPhysical,
  judgeArchive,
  type PhysicalManifest,
  parseIndexLine,
  progressOf,
  type StoredFile,
  type VerifyProblem,
  type VerifyReport,
} from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DumpInspector } from '../../ports/dump-inspector.ts';
import type { OpenArchive } from '../../ports/physical-backup.ts';
import type { Spool, SpoolDirectory } from '../../ports/spool.ts';
import { eachAtOnce } from './each-at-once.ts';
import { openArchiveOf } from './open-archive.ts';
import { readContent } from './read-pieces.ts';
import { readLines } from './store-content.ts';

export interface VerifyDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly repository: BackupRepository;
  readonly spool: Spool;
  readonly inspector: DumpInspector;
  /** For physical backups; `undefined` where pgBackRest is not to be had. */
  readonly openArchive?: OpenArchive | undefined;
}

export interface VerifyRequest {
  readonly environment: string;
  readonly backup: string;
  readonly report: (progress: BackupProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

const filesAtOnce = 8;
const mostProblems = 1_000;

type Found = Omit<VerifyProblem, 'attachments'>;

/** Collects what is wrong, and counts what was read. */
function createFindings(deps: VerifyDeps, request: VerifyRequest, totalBytes: number) {
  const problems: Found[] = [];
  const beganAt = deps.clock.now();
  let [count, files, bytes] = [0, 0, 0];
  return {
    problems,
    counts: () => ({ problemCount: count, files, bytes }),
    found: (problem: Found): void => {
      count += 1;
      if (problems.length < mostProblems) problems.push(problem);
    },
    checked: (size: number): void => {
      files += 1;
      bytes += size;
      const elapsedSeconds = Math.max(0, deps.clock.now().since(beganAt).total('seconds'));
      request.report(progressOf('verify', { bytes, totalBytes, elapsedSeconds }));
    },
  };
}

type Findings = ReturnType<typeof createFindings>;

interface Check extends VerifyDeps {
  readonly findings: Findings;
  readonly signal: AbortSignal | undefined;
}

/** Reads a stored file whole; `keep` receives its content. */
async function checkFile(
  check: Check,
  what: Found['what'],
  file: StoredFile,
  keep: (content: AsyncIterable<Uint8Array>) => Promise<void> = async (content) => {
    for await (const _ of content);
  },
): Promise<boolean> {
  const content = readContent(check.repository, file.pieces, check.signal);
  try {
    await keep(content.chunks);
  } catch (error) {
    const state = content.stateOf(error);
    if (state === undefined) throw error;
    check.findings.found({ what, name: file.path, state, detail: (error as Error).message });
    return false;
  }
  check.findings.checked(content.bytes());
  if (content.bytes() === file.bytes) return true;
  const detail = `It has ${content.bytes()} bytes, and the manifest says ${file.bytes}.`;
  check.findings.found({ what, name: file.path, state: 'altered', detail });
  return false;
}

/** What pgBackRest holds of a physical backup: its cluster, and the log up to the instant of the files and on. */
async function checkCluster(check: Check, manifest: PhysicalManifest): Promise<void> {
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

/** Every file of the dump; its table of contents, and the rows of ir_attachment, stay in the spool to be looked into. */
async function checkDump(check: Check, spool: SpoolDirectory, manifest: BackupManifest) {
  if (manifest.database.method !== 'logical') return { canName: false };
  const { files } = manifest.database;
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
  let canName = false;
  for (const file of files.filter((each) => each !== toc)) {
    if (file.path === rows) canName = await checkFile(check, 'dump', file, toSpool(file));
    else await checkFile(check, 'dump', file);
  }
  return { canName };
}

async function tablesOf(check: Check, spool: SpoolDirectory) {
  return check.inspector.tables(spool.path, { signal: check.signal }).catch((error: unknown) => {
    if (!(error instanceof Fault)) throw error;
    check.findings.found({ what: 'dump', name: 'toc.dat', state: 'unreadable', detail: error.message });
    return [];
  });
}

/** The index, line by line: sorted, each once, and as many as the manifest says. */
async function readIndex(check: Check, manifest: BackupManifest): Promise<readonly IndexedFile[]> {
  const { index, files, bytes } = manifest.filestore;
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
async function checkFilestore(check: Check, files: readonly IndexedFile[]): Promise<ReadonlySet<string>> {
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

/** Names the attachments of what is damaged, and finds those whose file the backup does not have at all (BKP-08). */
async function nameAttachments(
  check: Check,
  spool: SpoolDirectory,
  manifest: BackupManifest,
  known: { readonly files: readonly IndexedFile[]; readonly damaged: ReadonlySet<string> },
): Promise<ReadonlyMap<string, VerifyProblem['attachments']>> {
  const present = new Set(known.files.map(({ sha1 }) => filestoreName(sha1)));
  const lostBefore = new Set(manifest.filestore.missing);
  const isWanted = (file: string): boolean => known.damaged.has(file) || !(present.has(file) || lostBefore.has(file));
  const users = new Map<string, VerifyProblem['attachments'][number][]>();
  for (const { file, id, name, model } of await check.inspector.attachments(spool.path, isWanted, {
    signal: check.signal,
  })) {
    users.set(file, [...(users.get(file) ?? []), { id, name, model }]);
  }
  for (const name of users.keys()) {
    if (known.damaged.has(name)) continue;
    const detail =
      'The database names it, and the filestore of the backup does not have it: they are from different times.';
    check.findings.found({ what: 'filestore', name, state: 'missing', detail });
  }
  return users;
}

function totalBytesOf(manifest: BackupManifest): number {
  const all = [...databaseFilesOf(manifest), manifest.filestore.index, ...manifest.configuration];
  return all.reduce((sum, { bytes }) => sum + bytes, manifest.filestore.bytes);
}

function distrusted(request: VerifyRequest, fault: Fault): VerifyReport {
  const problem = { what: 'manifest', name: request.backup, state: 'altered', detail: fault.message } as const;
  return {
    backup: request.backup,
    environment: request.environment,
    isIntact: false,
    signedBy: null,
    files: 0,
    bytes: 0,
    problems: [{ ...problem, attachments: [] }],
    problemCount: 1,
  };
}

/**
 * Checks the whole content of a backup without restoring it: the signature, every piece of the dump and of the filestore read,
 * opened and proven, the index against the manifest, and the dump by `pg_restore --list` or the cluster by pgBackRest. What is damaged is named with the
 * attachments that use it. Throws faults of the store; SEAL_WRONG_KEY where nothing could be opened.
 */
export async function verifyBackup(deps: VerifyDeps, request: VerifyRequest): Promise<VerifyReport> {
  const read = await deps.repository.read(request.environment, request.backup).catch((error: unknown) => {
    if (error instanceof Fault && error.code === 'MANIFEST_UNTRUSTED') return error;
    throw error;
  });
  if (read instanceof Fault) return distrusted(request, read);
  const { manifest, signedBy } = read;
  const findings = createFindings(deps, request, totalBytesOf(manifest));
  const check: Check = { ...deps, findings, signal: request.signal };
  const spool = await deps.spool.open({ neededBytes: spoolBytesOf(manifest) });
  try {
    if (isPhysical(manifest)) await checkCluster(check, manifest);
    const { canName } = await checkDump(check, spool, manifest);
    const files = await readIndex(check, manifest);
    const damaged = await checkFilestore(check, files);
    for (const file of manifest.configuration) await checkFile(check, 'configuration', file);
    const users = canName
      ? await nameAttachments(check, spool, manifest, { files, damaged })
      : new Map<string, VerifyProblem['attachments']>();
    const problems = findings.problems.map((each) => ({ ...each, attachments: users.get(each.name) ?? [] }));
    const counts = findings.counts();
    return {
      backup: manifest.id,
      environment: manifest.environment,
      isIntact: counts.problemCount === 0,
      signedBy,
      ...counts,
      problems,
    };
  } finally {
    await spool.remove();
  }
}

/** The table of contents and the rows of ir_attachment: at most the largest file, and a little. */
function spoolBytesOf(manifest: BackupManifest): number {
  const files = manifest.database.method === 'logical' ? manifest.database.files : [];
  const toc = files.find(({ path }) => path === 'toc.dat')?.bytes ?? 0;
  return toc + Math.max(0, ...files.map(({ bytes }) => bytes));
}
