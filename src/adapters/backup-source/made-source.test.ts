import { makeWorld } from '../../../test/recovery/world.ts';
import { describeBackupSource } from '../../ports/backup-source.contract.ts';

describeBackupSource('an Odoo in memory, for tests', async () => ({
  ...(await makeWorld()).deps,
  close: async () => {},
}));
