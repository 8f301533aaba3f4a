import { createHandClock } from '../../../test/clocks.ts';
import { makeCluster } from '../../../test/recovery/made-cluster.ts';
import { describePhysicalBackups } from '../../ports/physical-backup.contract.ts';

describePhysicalBackups('a cluster in memory, for tests', async () => {
  const clock = createHandClock(Temporal.Instant.from('2026-11-21T08:45:12Z'));
  return makeCluster(clock).source.backups;
});
