import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startLab } from '../../../test/lab/index.ts';
import { dumpLabDatabase } from '../../../test/recovery/lab-dump.ts';
import { describeRestorePlaces } from '../../ports/restore-place.contract.ts';
import { machineCache } from '../host/places.ts';
import { createHostRestorePlaces } from './host-restore-places.ts';

describeRestorePlaces(async () => {
  const lab = await startLab();
  const database = await lab.createDatabase();
  const dump = await dumpLabDatabase(database);
  const root = await mkdtemp(join(tmpdir(), 'plimsoll-places-'));
  await chmod(root, 0o755);
  return {
    places: createHostRestorePlaces({ root, cacheDirectory: machineCache }),
    dump: dump.files,
    close: async () => {
      await dump.remove();
      await database.drop();
      expect(await readdir(root)).toEqual([]);
      await rm(root, { recursive: true, force: true });
    },
  };
});
