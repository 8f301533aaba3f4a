import { access, chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/adapters/clock/system-clock.ts';
import { runCommand } from '../src/adapters/host/command.ts';
import { machineCache, postgresBinaries } from '../src/adapters/host/places.ts';
import { createOdooAccess } from '../src/adapters/odoo/access.ts';
import { createFileKeyRing } from '../src/adapters/repository/file-key-ring.ts';
import { createHostRestorePlaces } from '../src/adapters/restore-place/host-restore-places.ts';
import { hostPaths, hostUsers, odooCommand, odooRole } from '../src/core/compile/host/index.ts';
import { runDrill } from '../src/workflows/recovery/drill.ts';
import { type Lab, type LabDatabase, startLab, stopLab } from '../test/lab/index.ts';
import { labEnvironment } from '../test/lab-environment.ts';
import { openSmallRepository } from '../test/recovery/small-repository.ts';
import { addAttachments, line, secondsOf } from './recovery-ground.ts';

/** `--mib=4096` is the full size; the default ends in a few minutes. */
const defaultMib = 256;
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

/** `pg_restore -j2` into a new database, and Odoo until it serves: the least that anybody needs. */
async function bareRestore({ lab, root }: Bench): Promise<number> {
  const empty = await lab.createDatabase();
  try {
    const dump = join(root, 'dump');
    const admin = await lab.superuserUrl(empty.name);
    await execute([
      `${postgresBinaries}/psql`,
      '--quiet',
      `--dbname=${admin}`,
      '--command=drop schema public cascade; create schema public authorization odoo',
    ]);
    return await secondsOf(async () => {
      await execute([
        `${postgresBinaries}/pg_restore`,
        '--jobs=2',
        '--no-owner',
        '--role=odoo',
        `--dbname=${admin}`,
        dump,
      ]).catch(() => []);
      const odoo = await lab.bootOdoo({ database: empty.name });
      await odoo.stop();
    });
  } finally {
    await empty.drop();
  }
}

async function drillOf({ database, root }: Bench) {
  const deps = {
    clock: systemClock,
    repository: await openSmallRepository(root),
    places: createHostRestorePlaces({ root: join(root, 'places'), cacheDirectory: machineCache }),
    openCopy: ({ apiKey }: { readonly apiKey: unknown }) =>
      createOdooAccess({ secrets: { resolve: async () => apiKey as never } }),
    jobs: 2,
  };
  return runDrill(deps, labEnvironment({ url: 'http://127.0.0.1:9', database: database.name, login: 'admin' }));
}

const phasesOf = (phases: Readonly<Record<string, number>>): string =>
  Object.entries(phases)
    .map(([phase, seconds]) => `${phase} ${seconds.toFixed(1)}`)
    .join(', ');

async function measure(bench: Bench, mib: number): Promise<void> {
  const small = Math.max(1, Math.round(mib / 4));
  await addAttachments(bench.database, small, 1);
  const quarter = await takeBackup(bench, 1);
  await rm(join(bench.root, 'repository'), { recursive: true });
  const files = await addAttachments(bench.database, mib - small, 2);
  line(
    'database of the lab, filestore',
    `${mib} MiB`,
    `${files} files and a quarter more; load ${loadavg()[0]?.toFixed(1)}`,
  );
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
  const bare = await bareRestore(bench);
  const report = await drillOf(bench);
  const took = Object.fromEntries(report.phases.map(({ phase, seconds }) => [phase, seconds]));
  const { fetch = 0, boot = 0 } = took;
  const served = fetch + boot + (took['restore-database'] ?? 0);
  show(`drill until Odoo serves (${report.verdict})`, served, phasesOf(took));
  show('  pg_restore -j2 and boot', bare, `ours is ${(served / bare).toFixed(2)} x it (target: at most 1.3)`);
  line('load at the end', loadavg()[0]?.toFixed(1) ?? '');
}

/** What recovery costs beside what people use without us, in one run. */
export async function run(options: readonly string[] = []): Promise<void> {
  const mib = Number(options.find((option) => option.startsWith('--mib='))?.slice(6) ?? defaultMib);
  const lab = await startLab();
  const database = await lab.createDatabase();
  const root = await mkdtemp(join(tmpdir(), 'plimsoll-bench-recovery-'));
  await chmod(root, 0o755);
  try {
    await createFileKeyRing(join(root, 'keys')).create(systemClock.now());
    await measure({ lab, database, root }, mib);
  } finally {
    await database.drop();
    await rm(root, { recursive: true, force: true });
    await stopLab();
  }
}
