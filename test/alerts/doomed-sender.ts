// A sender that a test kills between sending and writing it down: `node doomed-sender.ts <database url> <receiver url>`.

import { createNotifier } from '../../src/adapters/notify/notifier.ts';
import { createPostgresStore, openPool } from '../../src/adapters/postgres/index.ts';
import { parseEstate } from '../../src/core/estate/index.ts';
import { deliverDue } from '../../src/workflows/alert/deliver.ts';

const [url = '', receiver = ''] = process.argv.slice(2);
const text = `kind: Estate\nname: e\n---\nkind: Channel\nname: pager\nwebhook: { url: "${receiver}" }\n`;
const { estate } = parseEstate([{ path: 'e.yaml', text }]);
if (estate === undefined) throw new Error('the estate has an error');
const pool = openPool(url, { maxConnections: 2 });
await deliverDue({
  clock: { now: () => Temporal.Now.instant() },
  store: createPostgresStore(pool),
  notifier: createNotifier(async (value) => String(value)),
  estate: () => estate,
  actor: { kind: 'controller', name: 'doomed' },
});
await pool.end();
