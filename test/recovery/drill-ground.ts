import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { machineCache } from '../../src/adapters/host/places.ts';
import { createOdooAccess } from '../../src/adapters/odoo/access.ts';
import { readAddonsVersion } from '../../src/adapters/odoo-addons/addons-version.ts';
import { createMemoryBackupRepository } from '../../src/adapters/repository/memory-repository.ts';
import { createHostRestorePlaces } from '../../src/adapters/restore-place/host-restore-places.ts';
import type { Environment } from '../../src/core/estate/index.ts';
import type { DrillDependencies } from '../../src/workflows/recovery/dependencies.ts';
import { type Lab, type LabDatabase, startLab } from '../lab/index.ts';
import { labEnvironment } from '../lab-environment.ts';

/** A lab database, a repository in memory, and places on this machine to restore to. */
export interface DrillGround {
  readonly lab: Lab;
  readonly database: LabDatabase;
  readonly environment: Environment;
  /** Where the places are, one directory each. */
  readonly root: string;
  readonly repository: Awaited<ReturnType<typeof createMemoryBackupRepository>>;
  readonly deps: DrillDependencies;
  /** Whatever a drill did, nothing of it is left here. */
  expectNothingLeft(): Promise<void>;
  close(): Promise<void>;
}

/** A directory with one add-on that is not Odoo's own. */
async function makeAddons(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'plimsoll-addons-'));
  await chmod(directory, 0o755);
  await mkdir(join(directory, 'palmetto_rf'));
  await writeFile(join(directory, 'palmetto_rf', '__init__.py'), '');
  await writeFile(join(directory, 'palmetto_rf', '__manifest__.py'), "{'name': 'RF', 'version': '19.0.1.2'}\n");
  return directory;
}

/** Prepares the ground of one test file. */
export async function openDrillGround(): Promise<DrillGround> {
  const lab = await startLab();
  const database = await lab.createDatabase();
  const root = await mkdtemp(join(tmpdir(), 'plimsoll-drill-'));
  await chmod(root, 0o755);
  const addonDirectory = await makeAddons();
  const repository = await createMemoryBackupRepository(systemClock);
  const deps: DrillDependencies = {
    clock: systemClock,
    repository,
    places: createHostRestorePlaces({ root, cacheDirectory: machineCache, addonDirectories: [addonDirectory] }),
    addons: [await readAddonsVersion({ directory: addonDirectory, path: addonDirectory })],
    openCopy: ({ apiKey }) => createOdooAccess({ secrets: { resolve: async () => apiKey } }),
    jobs: 2,
  };
  return {
    lab,
    database,
    environment: labEnvironment({ url: 'http://127.0.0.1:9', database: database.name, login: lab.login }),
    root,
    repository,
    deps,
    expectNothingLeft: async () => expect(await readdir(root)).toEqual([]),
    close: async () => {
      await database.drop();
      await rm(root, { recursive: true, force: true });
      await rm(addonDirectory, { recursive: true, force: true });
    },
  };
}
