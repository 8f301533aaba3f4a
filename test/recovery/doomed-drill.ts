// Drills and stands still in the phase that it is told, to be killed there: `node doomed-drill.ts <root> <database> <phase>`.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { machineCache } from '../../src/adapters/host/places.ts';
import { createHostRestorePlaces } from '../../src/adapters/restore-place/host-restore-places.ts';
import { runDrill } from '../../src/workflows/recovery/drill.ts';
import { labEnvironment } from '../lab-environment.ts';
import { openSmallRepository } from './small-repository.ts';

const [root = '', database = '', stopAt = ''] = process.argv.slice(2);
const places = createHostRestorePlaces({ root: join(root, 'places'), cacheDirectory: machineCache });
const tell = (phase: string): void => {
  if (phase === stopAt) writeSync(1, `${phase}\n`);
};

await runDrill(
  {
    clock: systemClock,
    repository: await openSmallRepository(root),
    places: {
      ...places,
      create: async (options) => {
        const place = await places.create(options);
        return {
          ...place,
          boot: async (asked) => {
            const served = await place.boot(asked);
            tell('boot');
            await systemClock.sleep(600);
            return served;
          },
        };
      },
    },
    openCopy: () => {
      throw new Error('it is killed before');
    },
    jobs: 2,
  },
  labEnvironment({ url: 'http://127.0.0.1:9', database, login: 'admin' }),
  { report: ({ phase }) => tell(phase) },
);
