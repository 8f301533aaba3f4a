// Takes a backup and stands still in the phase that it is told, to be killed there: `node doomed-backup.ts <places> <id> <phase>`.
import { writeSync } from 'node:fs';
import { backUp } from '../../src/workflows/recovery/back-up.ts';
import { openSurvivalParts, survivalRequest } from './survival-parts.ts';

const [places = '{}', id = '', stopAt = ''] = process.argv.slice(2);
const { deps } = await openSurvivalParts(JSON.parse(places));
const forEver = new Int32Array(new SharedArrayBuffer(4));
/** In the middle of the phases that move bytes, at the beginning of the others. A dump is held by a lock in the database. */
const movesBytes = new Set(['filestore', 'store']);

await backUp(
  deps,
  survivalRequest(id, {
    report: ({ phase, doneBytes }) => {
      if (phase !== stopAt || (movesBytes.has(phase) && doneBytes === 0)) return;
      writeSync(1, `${phase}\n`);
      if (phase !== 'dump') Atomics.wait(forEver, 0, 0);
    },
  }),
);
process.exit(0);
