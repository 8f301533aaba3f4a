// Has pgBackRest take a backup and says how far it is, to be killed: `node doomed-physical.ts <archive> <layout> <passphrase>`.
import { writeSync } from 'node:fs';
import { createPgbackrest } from '../../src/adapters/pgbackrest/index.ts';
import { createSecret } from '../../src/core/kernel/index.ts';

const [archive = '{}', layout = '{}', passphrase = ''] = process.argv.slice(2);
const secrets = { passphrase: createSecret('test', passphrase), s3: undefined };
const backups = createPgbackrest({ archive: JSON.parse(archive), layout: JSON.parse(layout), secrets });
await backups.take('full', { report: () => writeSync(1, 'copying\n') });
