// Makes a place to restore to, says where, and then waits to be killed.
import { machineCache } from '../../src/adapters/host/places.ts';
import { createHostRestorePlaces } from '../../src/adapters/restore-place/host-restore-places.ts';

const [root = ''] = process.argv.slice(2);
const place = await createHostRestorePlaces({ root, cacheDirectory: machineCache }).create({ needsBytes: 1 });
await place.ready();
process.stdout.write(`${place.directory}\n`);
setInterval(() => undefined, 1_000);
