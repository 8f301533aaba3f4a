// Physical backups with pgBackRest: it copies the cluster and archives its log; we say when, check, and decide what is kept.
import { setTimeout as sleep } from 'node:timers/promises';
import { ConstantBackoff, handleWhen, retry } from 'cockatiel';
import {
  type HostLayout,
  hostPaths,
  hostUsers,
  pgbackrestCommand,
  pgbackrestConf,
  type WalArchive,
} from '../../core/compile/host/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import { type BackupKind, type LogHistory, readHistory, readWalName } from '../../core/recovery/index.ts';
import type {
  FillTarget,
  PhysicalArchive,
  PhysicalBackups,
  PhysicalMark,
  PhysicalRestorePoint,
} from '../../ports/physical-backup.ts';
import { ownedDirectory } from '../host/cluster.ts';
import { writeHostFiles } from '../host/files.ts';
import { readWalState, requireReadableNames, writeMark } from './archiver.ts';
import { readHistoryNames, readInfo, readSegments } from './info.ts';
import { type RunOptions, runPgbackrest } from './run.ts';
import { type ArchiveSecrets, makeRepositoryDirectory, writeArchiveFiles } from './set-up.ts';
import { readBrokenVerification, readVerification } from './verify.ts';

export type { ArchiveSecrets } from './set-up.ts';

/** Everything on disk that archiving needs besides its compiled configuration. */
export async function prepareArchiveFiles(
  archive: WalArchive,
  secrets: ArchiveSecrets,
  layout: HostLayout,
): Promise<void> {
  await writeArchiveFiles(secrets, layout);
  await makeRepositoryDirectory(archive);
}

/** What a prepared archive is recognised by: another place or another name is another archive. */
export const archiveMark = (archive: WalArchive): string => `${JSON.stringify(archive)}\n`;

export interface PgbackrestOptions {
  readonly archive: WalArchive;
  readonly secrets: ArchiveSecrets;
  readonly layout: HostLayout;
}

/** A long backup of a large cluster; anything above is stuck. */
const longestSeconds = 24 * 3_600;
const archiveWaitSeconds = 60;
const typeOfKind = { full: 'full', differential: 'diff', incremental: 'incr' } as const satisfies Record<
  BackupKind,
  string
>;

type Signalled = { readonly signal?: AbortSignal | undefined };
type Progress = { readonly report: (done: { readonly ratio: number; readonly detail: string }) => void };

function createRunner({ archive, layout }: PgbackrestOptions) {
  const run = (args: readonly string[], options: RunOptions) =>
    runPgbackrest({ stanza: archive.stanza, layout }, args, options);
  const ask = async (args: readonly string[], signal: AbortSignal | undefined): Promise<string> => {
    const quiet = ['--log-level-console=off', ...args];
    return (await run(quiet, { timeoutSeconds: 300, faultCode: 'REPOSITORY_UNREACHABLE', signal })).join('\n');
  };
  const info = async (signal: AbortSignal | undefined) =>
    readInfo(await ask(['info', '--output=json'], signal), archive.stanza);
  const folder = `archive/${archive.stanza}`;
  const listing = (signal: AbortSignal | undefined) => ask(['repo-ls', folder, '--recurse', '--output=json'], signal);
  const segments = async (signal: AbortSignal | undefined): Promise<readonly string[]> =>
    readSegments(await listing(signal));
  const histories = async (signal: AbortSignal | undefined): Promise<readonly LogHistory[]> => {
    const { identifiers } = await info(signal);
    const found: LogHistory[] = [];
    for (const { path, ...line } of readHistoryNames(await listing(signal), identifiers)) {
      found.push({ ...line, ...readHistory(await ask(['repo-get', `${folder}/${path}`], signal)) });
    }
    return found;
  };
  return { run, info, segments, histories };
}

type Runner = ReturnType<typeof createRunner>;

/** The progress that pgBackRest prints beside each file: `(bundle 1/3, 8KB, 43.5%)`. */
function readProgress(report: Progress['report']): (line: string) => void {
  return (line) => {
    const percent = /, ([\d.]+)%\)/.exec(line)?.[1];
    if (percent !== undefined) report({ ratio: Number(percent) / 100, detail: 'copying the cluster' });
  };
}

async function take(
  { run, info }: Runner,
  kind: BackupKind,
  { report, signal }: Progress & Signalled,
): Promise<PhysicalRestorePoint> {
  const known = new Set((await info(signal)).points.map(({ label }) => label));
  const flags = [`--type=${typeOfKind[kind]}`, `--archive-timeout=${archiveWaitSeconds}`, '--log-level-console=detail'];
  await run(['backup', ...flags], {
    timeoutSeconds: longestSeconds,
    faultCode: 'BACKUP_FAILED',
    onLine: readProgress(report),
    signal,
  });
  const taken = (await info(signal)).points.find(({ label }) => !known.has(label));
  if (taken === undefined) throw new Fault('BACKUP_FAILED', 'pgBackRest ended well, and there is no new backup.');
  if (taken.hasError) {
    throw new Fault('BACKUP_FAILED', `The cluster has damaged pages: ${taken.label} was taken and does not count.`);
  }
  return taken;
}

async function mark({ segments }: Runner, layout: HostLayout, signal: AbortSignal | undefined): Promise<PhysicalMark> {
  const { at, segment } = await writeMark(layout);
  const deadline = performance.now() + archiveWaitSeconds * 1_000;
  while (!(await segments(signal)).includes(segment)) {
    if (performance.now() > deadline) {
      throw new Fault('DEADLINE_EXCEEDED', `The segment ${segment} was not archived within ${archiveWaitSeconds} s.`);
    }
    await sleep(300, undefined, { signal });
  }
  return { at, segment, timeline: readWalName(segment)?.timeline ?? 0 };
}

async function fill(
  { run }: Runner,
  { archive, layout }: PgbackrestOptions,
  target: FillTarget,
  { report, signal }: Progress & Signalled,
): Promise<void> {
  const { label, at, timeline, dataDirectory } = target;
  await ownedDirectory(dataDirectory, hostUsers.postgres, 0o700);
  // The copy fetches its log without the spool and the locks of the cluster it comes from.
  const fetch = pgbackrestCommand(
    archive.stanza,
    layout,
    `--pg1-path=${dataDirectory}`,
    '--no-archive-async',
    'archive-get',
  );
  const restoreCommand = `${fetch.map(quoteWord).join(' ').replaceAll('%', '%%')} %f "%p"`;
  const when =
    at === undefined ? ['--type=default'] : ['--type=time', `--target=${timeTarget(at)}`, '--target-action=promote'];
  const args = [
    'restore',
    `--pg1-path=${dataDirectory}`,
    '--archive-mode=off',
    ...when,
    ...(label === undefined ? [] : [`--set=${label}`]),
    ...(timeline === undefined ? [] : [`--target-timeline=${timeline}`]),
    `--recovery-option=restore_command=${restoreCommand}`,
    '--log-level-console=detail',
  ];
  await run(args, {
    timeoutSeconds: longestSeconds,
    faultCode: 'RESTORE_FAILED',
    onLine: readProgress(report),
    signal,
  });
}

/** The form that both pgBackRest and PostgreSQL read, to the microsecond. */
export function timeTarget(at: Temporal.Instant): string {
  return at.toString({ smallestUnit: 'microsecond' }).replace('T', ' ').replace('Z', '+00');
}

function quoteWord(word: string): string {
  return /^[A-Za-z0-9_./=:-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

async function verify({ run }: Runner, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const options = { timeoutSeconds: longestSeconds, faultCode: 'REPOSITORY_UNREACHABLE', signal } as const;
  try {
    return readVerification(await run(['verify', '--log-level-console=info'], options));
  } catch (error) {
    const found = readBrokenVerification(error);
    if (found === undefined) throw error;
    return found;
  }
}

/**
 * pgBackRest itself expires nothing, so neither does it expire log by itself: as many full backups as there are keep theirs,
 * and what was archived before the oldest of them goes.
 */
async function withdraw({ run, info }: Runner, label: string, signal: AbortSignal | undefined): Promise<void> {
  const options = { timeoutSeconds: 3_600, faultCode: 'REPOSITORY_UNREACHABLE', signal } as const;
  await run(['expire', `--set=${label}`], options);
  const fulls = (await info(signal)).points.filter(({ kind }) => kind === 'full').length;
  if (fulls === 0) return;
  const keep = [`--repo1-retention-archive=${fulls}`, '--repo1-retention-archive-type=full'];
  await run(['expire', ...keep], options);
}

function archiveWith(runner: Runner, options: PgbackrestOptions): PhysicalArchive {
  return {
    stanza: options.archive.stanza,
    list: async ({ signal } = {}) => (await runner.info(signal)).points.filter(({ hasError }) => !hasError),
    histories: ({ signal } = {}) => runner.histories(signal),
    segments: ({ signal } = {}) => runner.segments(signal),
    verify: ({ signal } = {}) => verify(runner, signal),
    withdraw: (label, { signal } = {}) => withdraw(runner, label, signal),
    fill: (target, how) => fill(runner, options, target, how),
  };
}

/**
 * A repository of physical backups by itself, without the cluster it is of: `layout` names a directory of ours alone, in
 * which the configuration and what opens the repository are written.
 */
export async function openPgbackrestArchive(options: PgbackrestOptions): Promise<PhysicalArchive> {
  const { archive, secrets, layout } = options;
  await writeArchiveFiles(secrets, layout);
  await writeHostFiles([
    { path: hostPaths(layout).pgbackrest.configuration, content: pgbackrestConf(archive, layout) },
  ]);
  return archiveWith(createRunner(options), options);
}

/**
 * Runs a command that needs a lock which another may hold: again after half a second, for half a minute where nothing else is
 * said. pgBackRest itself does not wait for a lock.
 */
async function unlessBusy<Result>(
  command: () => Promise<Result>,
  signal: AbortSignal | undefined,
  waitSeconds = 30,
): Promise<Result> {
  const isBusy = handleWhen((error) => error instanceof Fault && error.code === 'BACKUP_UNDER_WAY');
  const again = retry(isBusy, { maxAttempts: Math.ceil(2 * waitSeconds), backoff: new ConstantBackoff(500) });
  return again.execute(command, signal);
}

/** The physical backups of one cluster on this machine. */
export function createPgbackrest(options: PgbackrestOptions): PhysicalBackups {
  const { archive, secrets, layout } = options;
  const runner = createRunner(options);
  const { run, segments } = runner;
  return {
    ...archiveWith(runner, options),
    prepare: async ({ signal } = {}) => {
      await prepareArchiveFiles(archive, secrets, layout);
      const common = { timeoutSeconds: 180, faultCode: 'REPOSITORY_UNREACHABLE', signal } as const;
      await unlessBusy(() => run(['stanza-create'], common), signal);
      await run(['check', `--archive-timeout=${archiveWaitSeconds}`], common);
    },
    renew: async ({ signal } = {}) => {
      await prepareArchiveFiles(archive, secrets, layout);
      const common = { timeoutSeconds: 180, faultCode: 'REPOSITORY_UNREACHABLE', signal } as const;
      await unlessBusy(() => run(['stanza-upgrade'], common), signal);
      await run(['check', `--archive-timeout=${archiveWaitSeconds}`], common);
    },
    take: async (kind, how) => {
      await requireReadableNames(layout);
      return unlessBusy(() => take(runner, kind, how), how.signal, how.waitSeconds);
    },
    mark: ({ signal } = {}) => mark(runner, layout, signal),
    walState: async (from, { signal } = {}) =>
      readWalState(layout, from, from === undefined ? [] : await segments(signal)),
  };
}
