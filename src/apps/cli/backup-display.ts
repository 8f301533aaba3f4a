import { formatBytes } from '../../core/kernel/index.ts';
import {
  type BackupManifest,
  type BackupPhase,
  type BackupProgress,
  type ReachableWindow,
  runsWith,
  type VerifyProblem,
  type VerifyReport,
} from '../../core/recovery/index.ts';
import type { BadManifest } from '../../ports/backup-repository.ts';
import { figuresOf } from '../../workflows/recovery/back-up.ts';
import type { Output } from './output.ts';
import { paceWords } from './pace.ts';
import { createProgress, type StepDisplay } from './progress.ts';

const titles: Readonly<Record<BackupPhase, { readonly title: string; readonly why: string }>> = {
  filestore: { title: 'files', why: 'copying what the repository does not have, while Odoo goes on' },
  cluster: { title: 'cluster', why: 'pgBackRest copies the cluster while it goes on' },
  snapshot: { title: 'snapshot', why: 'keeping Odoo from collecting files while the missed ones are copied' },
  dump: { title: 'dump', why: 'pg_dump on the snapshot' },
  store: { title: 'store', why: 'sealing the dump into the repository' },
  log: { title: 'log', why: 'waiting until the log up to this instant is archived' },
  publish: { title: 'publish', why: 'signing the manifest: with it, there is a backup' },
  verify: { title: 'check', why: 'reading, opening and proving every piece' },
};

/** Shows a backup, or the check of one, phase by phase: bytes, rate and time left. */
export function showProgress(output: Output) {
  const progress = createProgress(output);
  let current: { readonly phase: BackupPhase; readonly display: StepDisplay } | undefined;
  return {
    report: (now: BackupProgress): void => {
      if (current?.phase !== now.phase) {
        current?.display.done();
        current = { phase: now.phase, display: progress.step({ ...titles[now.phase], expectedSeconds: 30 }) };
      }
      const ratio = now.totalBytes === null || now.totalBytes === 0 ? undefined : now.doneBytes / now.totalBytes;
      current.display.update({ ratio, detail: paceWords(now) });
    },
    end: (isGood: boolean): void => {
      if (isGood) current?.display.done();
      else current?.display.failed();
      current = undefined;
    },
  };
}

/** What only a physical backup has: pgBackRest's name for it, and from when to when its log goes. */
function plainPhysical({ database }: BackupManifest) {
  if (database.method === 'logical') return { kind: 'full', physical: null } as const;
  const { kind, stanza, label, needs, walStart, walStop, timeline, reachableFrom } = database;
  const names = { stanza, label, needs: [...needs], walStart, walStop, timeline };
  return { kind, physical: { ...names, reachableFrom: reachableFrom.toString() } };
}

/** A backup as `--json` and the API show it. */
export function plainBackup(manifest: BackupManifest, signedBy: string | null) {
  const { filestore, source, odoo } = manifest;
  return {
    id: manifest.id,
    environment: manifest.environment,
    method: manifest.database.method,
    ...plainPhysical(manifest),
    startedAt: manifest.startedAt.toString(),
    consistentAt: manifest.consistentAt.toString(),
    finishedAt: manifest.finishedAt.toString(),
    lastBusinessRowAt: manifest.lastBusinessRowAt?.toString() ?? null,
    database: source.database,
    databaseBytes: figuresOf(manifest).databaseBytes,
    postgresVersion: source.postgresVersion,
    odooVersion: odoo.version,
    modules: odoo.modules.length,
    software: runsWith(manifest),
    addons: manifest.addons ?? null,
    integrations: manifest.integrations ?? null,
    filestoreFiles: filestore.files,
    filestoreBytes: filestore.bytes,
    missingFiles: filestore.missing.length,
    addedBytes: manifest.addedBytes,
    sealedTo: [...manifest.sealedTo],
    signedBy,
    coverage: manifest.coverage.map((each) => ({ ...each })),
  };
}

const time = (at: Temporal.Instant): string =>
  at.toString({ smallestUnit: 'second' }).replace('T', ' ').replace('Z', ' UTC');

/** One line of a list of backups. */
export function backupLine(manifest: BackupManifest): string {
  const { filestore } = manifest;
  const what = manifest.database.method === 'logical' ? 'dump' : manifest.database.kind;
  const { databaseBytes } = figuresOf(manifest);
  const size = `${what}: database ${formatBytes(databaseBytes)}, ${filestore.files} files ${formatBytes(filestore.bytes)}`;
  const lost = filestore.missing.length === 0 ? '' : `, ${filestore.missing.length} lost at the source`;
  return `${manifest.id}  ${time(manifest.consistentAt)}  ${size}${lost}, added ${formatBytes(manifest.addedBytes)}`;
}

/** From when to when any instant can be restored to. */
export function windowLine({ earliest, latest }: ReachableWindow): string {
  return `Any instant from ${time(earliest)} to ${time(latest)} can be restored to, with its files.`;
}

/** What lies in the repository and is no backup. */
export function badLine({ id, reason, detail }: BadManifest, output: Output): string {
  return `${id}  ${output.style('red', reason)}: ${detail}`;
}

const shownProblems = 20;
const shownAttachments = 5;

function printProblem({ what, name, state, detail, attachments }: VerifyProblem, output: Output): void {
  output.line(`  ${what} ${name}: ${output.style('red', state)}. ${detail}`);
  for (const { id, name: title, model, record } of attachments.slice(0, shownAttachments)) {
    const of = model === null ? '' : ` of ${model}${record === null ? '' : ` ${record}`}`;
    output.line(`    used by attachment ${id} ${JSON.stringify(title)}${of}`);
  }
  const more = attachments.length - shownAttachments;
  if (more > 0) output.line(`    and by ${more} more`);
}

/** The result of a check, for people. */
export function printVerification(report: VerifyReport, output: Output): void {
  const { backup, files, bytes, problems, problemCount, signedBy } = report;
  if (report.isIntact) {
    output.line(
      `${output.style('green', 'intact')}: ${backup}, ${files} files, ${formatBytes(bytes)}, signed by ${signedBy}`,
    );
    output.line('A backup counts as verified when a drill has brought a serving Odoo back from it.');
    return;
  }
  output.line(
    `${output.style('red', 'damaged')}: ${backup}, ${problemCount} ${problemCount === 1 ? 'problem' : 'problems'}`,
  );
  for (const problem of problems.slice(0, shownProblems)) printProblem(problem, output);
  if (problemCount > shownProblems)
    output.line(`  and ${problemCount - shownProblems} more; --json has the first thousand`);
  if (!report.namesAttachments && problems.some(({ what }) => what === 'filestore'))
    output.line('  The names of the attachments that use these files are not to be had from this backup.');
}
