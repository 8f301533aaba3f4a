import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../src/adapters/clock/system-clock.ts';
import { runCommand } from '../src/adapters/host/command.ts';
import { dropDatabase } from '../src/adapters/host/odoo-database.ts';
import { machineCache, postgresBinaries } from '../src/adapters/host/places.ts';
import { createOdooAccess } from '../src/adapters/odoo/access.ts';
import { createHostRestorePlaces } from '../src/adapters/restore-place/host-restore-places.ts';
import { hostPaths, hostUsers, odooCommand, odooRole } from '../src/core/compile/host/index.ts';
import { Fault } from '../src/core/kernel/index.ts';
import type { DrillReport } from '../src/core/recovery/index.ts';
import { runDrill } from '../src/workflows/recovery/drill.ts';
import type { Lab, LabDatabase } from '../test/lab/index.ts';
import { labEnvironment } from '../test/lab-environment.ts';
import { openSmallRepository } from '../test/recovery/small-repository.ts';
import { line, phasesOf, secondsOf } from './recovery-ground.ts';

interface Ground {
  readonly lab: Lab;
  readonly database: LabDatabase;
  /** Holds the repository, and `dump`, the same database as `pg_dump -Fd` wrote it. */
  readonly root: string;
}

const execute = async (command: readonly string[]): Promise<void> =>
  void (await runCommand({ command, timeoutSeconds: 3_600 }));

/** The seconds of each step of one side, in order. */
type Steps = Readonly<Record<string, number>>;

const sumOf = (steps: Steps, names: readonly string[]): number =>
  names.reduce((sum, name) => sum + (steps[name] ?? 0), 0);

function neutraliseByHand({ lab }: Ground, name: string): Promise<unknown> {
  const { layout } = lab;
  const { odooData, passwordFile } = hostPaths(layout);
  const connection = ['--db_host=127.0.0.1', `--db_port=${layout.ports.postgres}`, `--db_user=${odooRole}`];
  const odoo = odooCommand(layout, 'neutralize', `--database=${name}`, `--data-dir=${odooData}`, ...connection);
  const environment = { ...odoo.environment, PGPASSFILE: passwordFile };
  return runCommand({ command: odoo.command, environment, user: hostUsers.odoo, timeoutSeconds: 300 });
}

/** What somebody does by hand, with the decrypted dump in a directory and a PostgreSQL that runs already. */
async function byHand(ground: Ground): Promise<Steps> {
  const { lab, database, root } = ground;
  const name = `lab_copy_${randomBytes(5).toString('hex')}`;
  const files = hostPaths(lab.layout).filestore(name);
  const admin = await lab.superuserUrl();
  const own = await lab.superuserUrl(name);
  try {
    const restore = await secondsOf(async () => {
      const create = `create database ${name} owner ${odooRole} template template0`;
      await execute([`${postgresBinaries}/psql`, '--quiet', `--dbname=${admin}`, `--command=${create}`]);
      const flags = ['--jobs=2', '--no-owner', `--role=${odooRole}`, '--no-privileges'];
      const command = [`${postgresBinaries}/pg_restore`, ...flags, `--dbname=${own}`, join(root, 'dump')];
      // The extension and the comment on it, which only a superuser may make: whoever does it by hand reads this too.
      await execute(command).catch((error: unknown) => {
        const words = error instanceof Fault ? String(error.details['lastLines']) : '';
        if (!words.includes('errors ignored on restore: 2')) throw error;
      });
    });
    const copy = await secondsOf(() => execute(['cp', '-a', database.filestoreDirectory, files]));
    const neutralise = await secondsOf(() => neutraliseByHand(ground, name));
    let stop = async (): Promise<void> => {};
    const boot = await secondsOf(async () => {
      const odoo = await lab.bootOdoo({ database: name });
      stop = odoo.stop;
      // As the drill waits: /web/health answers before the modules are loaded.
      const page = await fetch(`${odoo.url}/web/login`);
      await page.arrayBuffer();
      if (page.status !== 200) throw new Error(`the sign-in page answered ${page.status}`);
    });
    await stop();
    return { pg_restore: restore, copy, neutralise, boot };
  } finally {
    await dropDatabase(lab.layout, name);
    await rm(files, { recursive: true, force: true });
  }
}

async function drillOf({ database, root }: Ground): Promise<DrillReport> {
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

const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;

const databaseAlone = ['fetch', 'restore-database', 'boot'];
const untilItServes = [...databaseAlone, 'restore-filestore', 'neutralise', 'invariants'];

/**
 * A drill beside the same work by hand, in turn, so that a machine that others use is as busy for both. "Serves" is alike on both
 * sides: the sign-in page was answered, which needs the modules, the database and the files.
 */
export async function compareDrills(ground: Ground, pairs: number): Promise<void> {
  const narrow: number[] = [];
  const whole: number[] = [];
  for (let pair = 1; pair <= pairs; pair += 1) {
    const hand = await byHand(ground);
    const report = await drillOf(ground);
    const ours: Steps = Object.fromEntries(report.phases.map(({ phase, seconds }) => [phase, seconds]));
    const handAlone = sumOf(hand, ['pg_restore', 'boot']);
    const handWhole = sumOf(hand, ['pg_restore', 'copy', 'neutralise', 'boot']);
    narrow.push(sumOf(ours, databaseAlone) / handAlone);
    whole.push(sumOf(ours, untilItServes) / handWhole);
    const show = (name: string, seconds: number, text: string): void => line(name, `${seconds.toFixed(1)} s`, text);
    show(`drill ${pair} until Odoo serves (${report.verdict})`, sumOf(ours, untilItServes), phasesOf(ours));
    show('  by hand: pg_restore -j2, cp -a, neutralize, boot', handWhole, phasesOf(hand));
  }
  const ratio = (name: string, values: readonly number[], text: string): void =>
    line(name, `${medianOf(values).toFixed(2)} x`, `${values.map((each) => each.toFixed(2)).join(', ')}; ${text}`);
  ratio('a drill against pg_restore -j2 and boot', narrow, 'fetch, restore-database and boot (target: at most 1.3)');
  ratio('a drill against all of it by hand', whole, 'everything before the journeys, files and checks too');
}
