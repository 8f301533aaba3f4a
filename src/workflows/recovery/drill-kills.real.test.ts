import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, type LabDatabase, startLab } from '../../../test/lab/index.ts';
import { labEnvironment } from '../../../test/lab-environment.ts';
import { backUpLab } from '../../../test/recovery/lab-backup.ts';
import { openSmallRepository } from '../../../test/recovery/small-repository.ts';
import { eventually } from '../../../test/serve.ts';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { runCommand } from '../../adapters/host/command.ts';
import { machineCache } from '../../adapters/host/places.ts';
import { isAlive, readRecords } from '../../adapters/host/processes.ts';
import { createFileKeyRing } from '../../adapters/repository/file-key-ring.ts';
import { createHostRestorePlaces } from '../../adapters/restore-place/host-restore-places.ts';
import type { RestorePlace, RestorePlaces } from '../../ports/restore-place.ts';
import { runDrill } from './drill.ts';

let lab: Lab;
let database: LabDatabase;
let root: string;
beforeAll(async () => {
  lab = await startLab();
  database = await lab.createDatabase();
  root = await mkdtemp(join(tmpdir(), 'plimsoll-doomed-drill-'));
  await chmod(root, 0o755);
  await createFileKeyRing(join(root, 'keys')).create(Temporal.Now.instant());
  await backUpLab(await openSmallRepository(root), database);
});
afterAll(async () => {
  await database.drop();
  await rm(root, { recursive: true, force: true });
});

const program = join(import.meta.dirname, '../../../test/recovery/doomed-drill.ts');

test.each([
  ['restore-database', ['postgres']],
  ['boot', ['postgres', 'web']],
])(
  'a drill killed with -9 in %s takes its processes with it, and the next drill sweeps the rest',
  {
    timeout: 240_000,
  },
  async (phase, running) => {
    const child = spawn(process.execPath, [program, root, database.name, phase], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const gone = once(child, 'exit');
    const lines = createInterface({ input: child.stdout });
    expect(await Promise.race([once(lines, 'line'), gone])).toEqual([phase]);
    const [name = 'none'] = await readdir(join(root, 'places'));
    const directory = join(root, 'places', name);
    const records = await readRecords(join(directory, 'run'));
    for (const each of running) expect(records.map((record) => record.name)).toContain(each);
    child.kill('SIGKILL');
    await gone;
    await eventually(30, async () => {
      const alive = await Promise.all(records.map(isAlive));
      // Also whatever nobody recorded: the command lines of all programs of a place name its directory.
      const others = await runCommand({ command: ['pgrep', '-f', '--', directory], timeoutSeconds: 10 }).catch(
        () => [],
      );
      return alive.includes(true) || others.length > 0 ? undefined : true;
    });
    await createHostRestorePlaces({ root: join(root, 'places'), cacheDirectory: machineCache }).sweep();
    expect(await readdir(join(root, 'places'))).toEqual([]);
  },
);

/** The first process whose command line has these words, below a parent where one is given. */
async function processWith(words: string, parent?: number): Promise<number> {
  return eventually(30, async () => {
    const below = parent === undefined ? [] : ['--parent', String(parent)];
    const found = await runCommand({
      command: ['pgrep', ...below, '--full', '--', words],
      timeoutSeconds: 10,
    }).catch(() => []);
    return found[0] === undefined ? undefined : Number(found[0]);
  });
}

async function recorded(place: RestorePlace, name: string): Promise<number> {
  return eventually(
    60,
    async () => (await readRecords(join(place.directory, 'run'))).find((record) => record.name === name)?.pid,
  );
}

/** Changes what a place does in one step. */
function inStep<Step extends 'restoreDatabase' | 'boot' | 'neutralise'>(
  places: RestorePlaces,
  step: Step,
  meanwhile: (place: RestorePlace) => Promise<void>,
): RestorePlaces {
  return {
    ...places,
    create: async (options) => {
      const place = await places.create(options);
      const act = async (asked: never) => {
        await place.ready();
        const work = place[step](asked);
        work.catch(() => undefined);
        await meanwhile(place);
        return work;
      };
      return { ...place, [step]: act };
    },
  };
}

type Victim = readonly [
  step: 'restoreDatabase' | 'boot' | 'neutralise',
  find: (place: RestorePlace) => Promise<number>,
];

const killing = (places: RestorePlaces, [step, find]: Victim): RestorePlaces =>
  inStep(places, step, async (place) => void process.kill(await find(place), 'SIGKILL'));

/** The server, once it works for pg_restore, and what works for it there. */
async function serverOf(place: RestorePlace): Promise<{ readonly postmaster: number; readonly backend: number }> {
  const postmaster = await recorded(place, 'postgres');
  return { postmaster, backend: await processWith(' restored ', postmaster) };
}

const restoring = '^/usr/lib/postgresql/.*/pg_restore .*--dbname=restored';
const victims = {
  postgres: ['restoreDatabase', async (place) => (await serverOf(place)).postmaster],
  backend: ['restoreDatabase', async (place) => (await serverOf(place)).backend],
  restorer: ['restoreDatabase', () => processWith(restoring)],
  worker: ['restoreDatabase', async () => processWith('pg_restore', await processWith(restoring))],
  neutraliser: ['neutralise', () => processWith('odoo.* neutralize --database=restored')],
  odoo: ['boot', (place) => recorded(place, 'web')],
} satisfies Record<string, Victim>;

async function drillIn(places: RestorePlaces) {
  const openCopy = () => expect.fail('it ends before');
  const environment = labEnvironment({ url: 'http://127.0.0.1:9', database: database.name, login: 'admin' });
  return runDrill(
    { clock: systemClock, repository: await openSmallRepository(root), places, openCopy, jobs: 2 },
    environment,
  );
}

const placesIn = (directory: string): RestorePlaces =>
  createHostRestorePlaces({ root: directory, cacheDirectory: machineCache });
const real = () => placesIn(join(root, 'places'));

describe('kill -9 of what a backup is restored into says nothing of the backup', { timeout: 120_000 }, () => {
  test.each<[string, Victim, RegExp]>([
    ['the PostgreSQL of the place', victims.postgres, /in phase restore-database: .*PostgreSQL.*signal 9/],
    ['one process of it', victims.backend, /in phase restore-database: .*PostgreSQL.*signal 9/],
    ['pg_restore', victims.restorer, /in phase restore-database: pg_restore could not.* ended by SIGKILL/],
    ['one worker of pg_restore', victims.worker, /in phase restore-database: pg_restore could not.* died unexpectedly/],
    ['what neutralises it', victims.neutraliser, /in phase neutralise: Odoo could not neutralise.* ended by SIGKILL/],
    ['the Odoo of the place', victims.odoo, /in phase boot: the Odoo of the isolated place was killed/],
  ])('%s: the drill is inconclusive, says why, and leaves nothing', async (_, victim, reason) => {
    const { verdict, reasons } = await drillIn(killing(real(), victim));
    expect(reasons.join()).toMatch(reason);
    expect(verdict).toBe('inconclusive');
    expect(await readdir(join(root, 'places'))).toEqual([]);
  });

  test('without asking, a good backup would be called lost: the guard is needed', async () => {
    const places = killing(real(), victims.postgres);
    const unasked: RestorePlaces = {
      ...places,
      create: async (options) => ({ ...(await places.create(options)), disturbedBy: async () => undefined }),
    };
    expect(await drillIn(unasked)).toMatchObject({ verdict: 'not-recoverable' });
  });
});

describe('a full disk under a drill', { timeout: 120_000 }, () => {
  let small: string;
  const mount = (...args: readonly string[]) => runCommand({ command: ['mount', ...args, small], timeoutSeconds: 10 });
  beforeAll(async () => {
    small = await mkdtemp(join(root, 'small-'));
    await mount('-t', 'tmpfs', '-o', 'size=2g,mode=0755', 'plimsoll-small');
  });
  // Where anything of a drill still ran, the disk would be busy for as long as this process lives.
  afterAll(() =>
    eventually(30, () =>
      runCommand({ command: ['umount', small], timeoutSeconds: 10 }).then(
        () => true,
        () => undefined,
      ),
    ),
  );

  /** Takes away all room but so much. What is written between the look and the change makes that too little to be taken. */
  async function leave(kibibytes: number): Promise<void> {
    await eventually(10, async () => {
      const { blocks, bfree, bsize } = await statfs(small);
      const size = `${Math.ceil(((blocks - bfree) * bsize) / 1024) + kibibytes}k`;
      return mount('-o', `remount,size=${size}`).then(
        () => true,
        () => undefined,
      );
    });
  }

  test.each<[string, (places: RestorePlaces) => RestorePlaces]>([
    [
      'while the dump is fetched',
      (places) => ({
        ...places,
        create: async (options) => {
          const place = await places.create(options);
          await leave(1_000);
          return place;
        },
      }),
    ],
    ['while the database is restored', (places) => inStep(places, 'restoreDatabase', () => leave(10_000))],
    ['while Odoo starts', (places) => inStep(places, 'boot', () => leave(0))],
  ])('%s: it is inconclusive, says that there is no room, and leaves nothing', async (_, filling) => {
    await mount('-o', 'remount,size=2g');
    const { verdict, reasons } = await drillIn(filling(placesIn(join(small, 'p'))));
    expect(reasons.join()).toMatch(/no room left|No space left/);
    expect(verdict).toBe('inconclusive');
    expect(await readdir(join(small, 'p'))).toEqual([]);
  });
});
