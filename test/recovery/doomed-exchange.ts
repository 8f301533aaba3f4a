import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createExchange } from '../../src/adapters/host/exchange.ts';

// Exchanges the data of an environment and kills itself after so many lasting changes: `doomed-exchange.ts ROOT FROM STEPS`.

const [root = '', from = '', steps = '0', ending = 'settle'] = process.argv.slice(2);
let left = Number(steps);
const exchange = createExchange({ runtimeDirectory: root }, 'acme', () => {
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
});
const note = { restore: 'r', backup: 'b', method: 'logical', isBackedUp: true, isCopy: false } as const;
const released = {
  dataDirectory: join(from, 'data'),
  superuserPasswordFile: join(from, 'superuser-password'),
  filestoreDirectory: join(from, 'filestore'),
};
await exchange.accept(released, note, (data) => writeFile(join(data, 'postgresql.conf'), 'new'));
await exchange.exchange();
if (ending === 'put-back') await exchange.putBack();
else await exchange.settle({ keepsOld: false, at: Temporal.Now.instant() });
process.exit(0);
