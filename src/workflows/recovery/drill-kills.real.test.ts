import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
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
import type { RestorePlaces } from '../../ports/restore-place.ts';
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

/** A process of a PostgreSQL that works for a client. */
async function backendOf(postmaster: number): Promise<number> {
  return eventually(30, async () => {
    const found = await runCommand({
      command: ['pgrep', '--parent', String(postmaster), '--full', ' restored '],
      timeoutSeconds: 10,
    }).catch(() => []);
    return found[0] === undefined ? undefined : Number(found[0]);
  });
}

type Victim = (server: { readonly postmaster: number; readonly backend: number }) => number;

/** Restores the dump, and in the middle of that ends a process of the place's PostgreSQL. */
function killing(places: RestorePlaces, victim: Victim): RestorePlaces {
  return {
    ...places,
    create: async (options) => {
      const place = await places.create(options);
      return {
        ...place,
        restoreDatabase: async (asked) => {
          await place.ready();
          const server = (await readRecords(join(place.directory, 'run'))).find(({ name }) => name === 'postgres');
          const postmaster = server?.pid ?? expect.fail('it has no server');
          const work = place.restoreDatabase(asked);
          work.catch(() => undefined);
          process.kill(victim({ postmaster, backend: await backendOf(postmaster) }), 'SIGKILL');
          await work;
        },
      };
    },
  };
}

async function drillIn(places: RestorePlaces) {
  const openCopy = () => expect.fail('it ends before');
  const environment = labEnvironment({ url: 'http://127.0.0.1:9', database: database.name, login: 'admin' });
  return runDrill(
    { clock: systemClock, repository: await openSmallRepository(root), places, openCopy, jobs: 2 },
    environment,
  );
}

describe('kill -9 of what a backup is restored into says nothing of the backup', { timeout: 120_000 }, () => {
  const real = () => createHostRestorePlaces({ root: join(root, 'places'), cacheDirectory: machineCache });

  test.each<[string, Victim]>([
    ['the PostgreSQL of the place', ({ postmaster }) => postmaster],
    ['one process of it', ({ backend }) => backend],
  ])('%s: the drill is inconclusive, says why, and leaves nothing', async (_, victim) => {
    const { verdict, reasons } = await drillIn(killing(real(), victim));
    expect(reasons.join()).toMatch(/in phase restore-database: .*PostgreSQL.*signal 9/);
    expect(verdict).toBe('inconclusive');
    expect(await readdir(join(root, 'places'))).toEqual([]);
  });

  test('without asking, a good backup would be called lost: the guard is needed', async () => {
    const places = killing(real(), ({ postmaster }) => postmaster);
    const unasked: RestorePlaces = {
      ...places,
      create: async (options) => ({ ...(await places.create(options)), killedBy: async () => undefined }),
    };
    expect(await drillIn(unasked)).toMatchObject({ verdict: 'not-recoverable' });
  });
});
