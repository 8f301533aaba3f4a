import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lab, type LabDatabase, startLab } from '../../../test/lab/index.ts';
import { backUpLab } from '../../../test/recovery/lab-backup.ts';
import { openSmallRepository } from '../../../test/recovery/small-repository.ts';
import { eventually } from '../../../test/serve.ts';
import { runCommand } from '../../adapters/host/command.ts';
import { machineCache } from '../../adapters/host/places.ts';
import { isAlive, readRecords } from '../../adapters/host/processes.ts';
import { createFileKeyRing } from '../../adapters/repository/file-key-ring.ts';
import { createHostRestorePlaces } from '../../adapters/restore-place/host-restore-places.ts';

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
