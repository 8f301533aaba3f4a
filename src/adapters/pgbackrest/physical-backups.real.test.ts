import { afterAll } from 'vitest';
import { type ArchivedCluster, openArchivedCluster } from '../../../test/recovery/archived-cluster.ts';
import { describePhysicalBackups } from '../../ports/physical-backup.contract.ts';

let cluster: ArchivedCluster | undefined;
afterAll(() => cluster?.remove(), 120_000);

describePhysicalBackups('pgBackRest', async () => {
  cluster = await openArchivedCluster('contract');
  return cluster.backups;
});
