import { access, chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/adapters/clock/system-clock.ts';
import { runCommand } from '../src/adapters/host/command.ts';
import { postgresBinaries } from '../src/adapters/host/places.ts';
import { createFileKeyRing } from '../src/adapters/repository/file-key-ring.ts';
import { hostPaths, hostUsers, odooCommand, odooRole } from '../src/core/compile/host/index.ts';
import { type Lab, type LabDatabase, startLab, stopLab } from '../test/lab/index.ts';
import { compareDrills } from './recovery-drill.ts';
import { addAttachments, addMessages, line, phasesOf, secondsOf } from './recovery-ground.ts';

/** `--mib=4096` is the full size; the default ends in a few minutes. */
const defaultMib = 256;
/** `--database-mib=0` leaves the database of the lab as small as it is; in use they grow with the files. */
const databaseShare = 1 / 4;
/** `--pairs=5` drills five times, each beside the same by hand; `--drills-only` leaves the backups out. */
const defaultPairs = 3;
const minutes = 60;

interface Bench {
  readonly lab: Lab;
  readonly database: LabDatabase;
  readonly root: string;
}

type Command = Parameters<typeof runCommand>[0];
const execute = (command: readonly string[], more: Partial<Command> = {}) =>
  runCommand({ timeoutSeconds: 60 * minutes, ...more, command });
const flush = ({ root }: Bench) => execute(['sync', '--file-system', root]);

interface Made {
  readonly seconds: number;
  readonly peakMib: number;
  readonly phases: Readonly<Record<string, number>>;
}

async function takeBackup({ database, root }: Bench, number: number): Promise<Made> {
  const maker = join(import.meta.dirname, 'recovery-maker.ts');
  const { url, filestoreDirectory } = database;
  const lines = await execute([process.execPath, maker, url, filestoreDirectory, root, String(number)], {
    environment: { UV_THREADPOOL_SIZE: '16' },
  });
  return JSON.parse(lines.at(-1) ?? '{}') as Made;
}

/** What people do by hand, durable as ours is. */
async function byHand(bench: Bench): Promise<{ readonly dump: number; readonly copy: number }> {
  const { database, root } = bench;
  const dump = await secondsOf(async () => {
    const directory = join(root, 'dump');
    await execute([
      `${postgresBinaries}/pg_dump`,
      '--format=directory',
      '--jobs=2',
      `--file=${directory}`,
      `--dbname=${database.url}`,
    ]);
    await flush(bench);
  });
  const copy = await secondsOf(async () => {
    await execute(['cp', '-r', database.filestoreDirectory, join(root, 'copy')]);
    await flush(bench);
  });
  await rm(join(root, 'copy'), { recursive: true });
  return { dump, copy };
}

/** Odoo's own dump: a zip of SQL and the filestore. */
async function odooDump({ lab, database, root }: Bench): Promise<number> {
  const place = join(root, 'odoo');
  await mkdir(place);
  await chmod(place, 0o777);
  const { layout } = lab;
  const connection = ['--db_host=127.0.0.1', `--db_port=${layout.ports.postgres}`, `--db_user=${odooRole}`];
  const odoo = odooCommand(layout, 'db', `--data-dir=${hostPaths(layout).odooData}`, ...connection);
  const command = [...odoo.command, 'dump', database.name, join(place, 'dump.zip')];
  return secondsOf(() => execute(command, { environment: odoo.environment, user: hostUsers.odoo, directory: place }));
}

async function resticOf({
  database,
  root,
}: Bench): Promise<{ readonly first: number; readonly again: number } | undefined> {
  const isThere = await access('/usr/bin/restic').then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  const environment = { RESTIC_PASSWORD: 'bench', RESTIC_CACHE_DIR: join(root, 'cache'), HOME: root };
  const restic = (...args: readonly string[]) =>
    execute(['restic', '--quiet', '--repo', join(root, 'restic'), ...args], { environment });
  await restic('init');
  const first = await secondsOf(() => restic('backup', database.filestoreDirectory));
  return { first, again: await secondsOf(() => restic('backup', database.filestoreDirectory)) };
}

interface Sizes {
  readonly mib: number;
  readonly databaseMib: number;
}

async function measure(bench: Bench, { mib, databaseMib }: Sizes): Promise<void> {
  const small = Math.max(1, Math.round(mib / 4));
  const holds = await addMessages(bench.database, databaseMib);
  await addAttachments(bench.database, small, 1);
  const quarter = await takeBackup(bench, 1);
  await rm(join(bench.root, 'repository'), { recursive: true });
  const files = await addAttachments(bench.database, mib - small, 2);
  await settle(bench, `database of ${holds} MiB, filestore`, { mib, files: `${files} files and a quarter more` });
  const hand = await byHand(bench);
  const first = await takeBackup(bench, 2);
  const zip = await odooDump(bench);
  const second = await takeBackup(bench, 3);
  const restic = await resticOf(bench);
  const beside = (seconds: number, ours: number): string => `${(seconds / ours).toFixed(2)} x ours`;
  const show = (name: string, seconds: number, text: string): void => line(name, `${seconds.toFixed(1)} s`, text);
  show('first backup, sealed and durable', first.seconds, phasesOf(first.phases));
  show('  pg_dump -Fd -j2, cp -r, sync', hand.dump + hand.copy, beside(hand.dump + hand.copy, first.seconds));
  show('  odoo db dump', zip, beside(zip, first.seconds));
  show('second backup, nothing changed', second.seconds, phasesOf(second.phases));
  show('  odoo db dump (target: at least 5 x)', zip, beside(zip, second.seconds));
  show('  pg_dump alone', hand.dump, `ours is ${(second.seconds / hand.dump).toFixed(2)} x it (target: at most 1.3)`);
  if (restic === undefined) line('  restic', 'skipped', 'it is not installed');
  else {
    show('  restic, the filestore alone, first', restic.first, beside(restic.first, first.phases['filestore'] ?? 0));
    show('  restic, the filestore alone, again', restic.again, beside(restic.again, second.phases['filestore'] ?? 0));
  }
  const growth = first.peakMib / quarter.peakMib;
  line(
    'peak memory of the first backup',
    `${first.peakMib.toFixed(0)} MiB`,
    `${growth.toFixed(2)} x that of a quarter of the files`,
  );
}

/** Has it all on the disk, so that nobody pays for the writing of what is measured, and says what there is. */
async function settle(bench: Bench, what: string, there: { readonly mib: number; readonly files: string }) {
  await flush(bench);
  line(what, `${there.mib} MiB`, `${there.files}; load ${loadavg()[0]?.toFixed(1)}`);
}

/** The ground of `--drills-only`: a dump by hand and one backup. */
async function prepareDrills(bench: Bench, { mib, databaseMib }: Sizes): Promise<void> {
  const holds = await addMessages(bench.database, databaseMib);
  const files = await addAttachments(bench.database, mib, 1);
  await settle(bench, `database of ${holds} MiB, filestore`, { mib, files: `${files} files` });
  await byHand(bench);
  await takeBackup(bench, 1);
}

const numberOf = (options: readonly string[], name: string, otherwise: number): number =>
  Number(options.find((option) => option.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise);

/** What recovery costs beside what people use without us, in one run. */
export async function run(options: readonly string[] = []): Promise<void> {
  const mib = numberOf(options, 'mib', defaultMib);
  const lab = await startLab();
  const database = await lab.createDatabase();
  const root = await mkdtemp(join(tmpdir(), 'plimsoll-bench-recovery-'));
  await chmod(root, 0o755);
  try {
    await createFileKeyRing(join(root, 'keys')).create(systemClock.now());
    const bench = { lab, database, root };
    const sizes = { mib, databaseMib: numberOf(options, 'database-mib', Math.round(mib * databaseShare)) };
    if (options.includes('--drills-only')) await prepareDrills(bench, sizes);
    else await measure(bench, sizes);
    await compareDrills(bench, numberOf(options, 'pairs', defaultPairs));
    line('load at the end', loadavg()[0]?.toFixed(1) ?? '');
  } finally {
    await database.drop();
    await rm(root, { recursive: true, force: true });
    await stopLab();
  }
}
