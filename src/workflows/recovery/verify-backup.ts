import { Fault } from '../../core/kernel/index.ts';
import {
  type BackupManifest,
  databaseFilesOf,
  type FilestoreMark,
  isPhysical,
  runsWith,
  type VerifyReport,
} from '../../core/recovery/index.ts';
import type { SpoolDirectory } from '../../ports/spool.ts';
import { type AskAttachments, listedAttachments, nameAttachments, type Users } from './name-attachments.ts';
import { type Check, createFindings, type VerifyDeps, type VerifyRequest } from './verify-check.ts';
import { checkConfiguration } from './verify-configuration.ts';
import { checkCluster, checkDump, spoolBytesOf } from './verify-database.ts';
import { calledIn, checkFilestore } from './verify-filestore.ts';

export type { VerifyDeps, VerifyRequest } from './verify-check.ts';

const keepsNoNames: AskAttachments = async () => undefined;

/** The database; answers where to ask whom a file belongs to. */
async function checkDatabase(check: Check, spool: SpoolDirectory, manifest: BackupManifest): Promise<AskAttachments> {
  const { database } = manifest;
  if (database.method === 'physical') {
    await checkCluster(check, { ...manifest, database });
    return database.attachments === undefined ? keepsNoNames : listedAttachments(check, database.attachments);
  }
  const hasRows = await checkDump(check, spool, manifest, database.files);
  if (!hasRows) return keepsNoNames;
  return (isWanted) => check.inspector.attachments(spool.path, isWanted, { signal: check.signal });
}

const ifUntrusted = (error: unknown): Fault => {
  if (error instanceof Fault && error.code === 'MANIFEST_UNTRUSTED') return error;
  throw error;
};

/** What continues the files of a physical backup; a fault where it is not to be believed. */
async function readMark({ repository }: VerifyDeps, manifest: BackupManifest) {
  if (!isPhysical(manifest)) return undefined;
  return repository.readMark(manifest.environment, manifest.id).catch(ifUntrusted);
}

/** The files that came since the backup, which a restore to a later instant needs. */
async function checkMark(
  check: Check,
  manifest: BackupManifest,
  mark: FilestoreMark | Fault,
): Promise<Users | undefined> {
  if (mark instanceof Fault) {
    check.findings.found({ what: 'manifest', name: `${manifest.id}/mark`, state: 'altered', detail: mark.message });
    return undefined;
  }
  const { filestore, attachments } = mark;
  const index = calledIn('mark', filestore.index);
  const checked = await checkFilestore(check, { ...filestore, index });
  const ask = attachments === undefined ? keepsNoNames : listedAttachments(check, calledIn('mark', attachments));
  return nameAttachments(check, ask, checked);
}

function totalBytesOf(manifest: BackupManifest, mark: FilestoreMark | Fault | undefined): number {
  const all = [...databaseFilesOf(manifest), manifest.filestore.index, ...manifest.configuration];
  const own = all.reduce((sum, { bytes }) => sum + bytes, manifest.filestore.bytes);
  return own + (mark === undefined || mark instanceof Fault ? 0 : mark.filestore.bytes);
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
    software: [],
    namesAttachments: false,
  };
}

/** Everything in the order of a reader: the database, its files, what continues them, the surroundings. */
async function checkAll(
  check: Check,
  spool: SpoolDirectory,
  manifest: BackupManifest,
  mark: FilestoreMark | Fault | undefined,
): Promise<{ readonly users: Users; readonly namesAttachments: boolean }> {
  const ask = await checkDatabase(check, spool, manifest);
  const checked = await checkFilestore(check, manifest.filestore);
  await checkConfiguration(check, manifest);
  const own = await nameAttachments(check, ask, checked);
  const since = mark === undefined ? undefined : await checkMark(check, manifest, mark);
  return { users: new Map([...(own ?? []), ...(since ?? [])]), namesAttachments: own !== undefined };
}

/** The backup of that id, or the newest good one. Throws BACKUP_UNKNOWN where there is none. */
export async function backupToVerify(
  { repository }: Pick<VerifyDeps, 'repository'>,
  environment: string,
  wanted: string | undefined,
): Promise<string> {
  const backup = wanted ?? (await repository.list(environment)).good.at(-1)?.manifest.id;
  if (backup !== undefined) return backup;
  throw new Fault('BACKUP_UNKNOWN', `${repository.place} holds no backup of ${environment}.`);
}

/**
 * Checks the whole content of a backup without restoring it: the signature, every piece of the dump and of the filestore read,
 * opened and proven, the index against the manifest, and the dump by `pg_restore --list` or the cluster by pgBackRest. What is
 * damaged is named with the attachments that use it. Throws faults of the store; SEAL_WRONG_KEY where nothing could be opened.
 */
export async function verifyBackup(deps: VerifyDeps, request: VerifyRequest): Promise<VerifyReport> {
  const read = await deps.repository.read(request.environment, request.backup).catch(ifUntrusted);
  if (read instanceof Fault) return distrusted(request, read);
  const { manifest, signedBy } = read;
  const mark = await readMark(deps, manifest);
  const findings = createFindings(deps, request, totalBytesOf(manifest, mark));
  const check: Check = { ...deps, findings, signal: request.signal };
  const spool = await deps.spool.open({ neededBytes: spoolBytesOf(manifest) });
  try {
    const { users, namesAttachments } = await checkAll(check, spool, manifest, mark);
    const problems = findings.problems.map((each) => ({ ...each, attachments: users.get(each.name) ?? [] }));
    const counts = findings.counts();
    return {
      backup: manifest.id,
      environment: manifest.environment,
      isIntact: counts.problemCount === 0,
      signedBy,
      ...counts,
      problems,
      software: runsWith(manifest),
      namesAttachments,
    };
  } finally {
    await spool.remove();
  }
}
