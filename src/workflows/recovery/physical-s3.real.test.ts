import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeBucket, type ObjectServer, startObjectServer } from '../../../test/lab/s3.ts';
import { startTlsFront, type TlsFront } from '../../../test/lab/tls-front.ts';
import { openPhysicalGround, type PhysicalGround } from '../../../test/recovery/physical-ground.ts';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { createArchiveOpener } from '../../adapters/pgbackrest/apart.ts';
import { createSecret } from '../../core/kernel/index.ts';
import { backupId } from '../../core/recovery/index.ts';
import { backUp } from './back-up.ts';
import { runDrill } from './drill.ts';
import { markFiles } from './mark-files.ts';
import { verifyBackup } from './verify-backup.ts';

const bucket = 'physical';
let server: ObjectServer;
let front: TlsFront;
let ground: PhysicalGround;

beforeAll(async () => {
  server = await startObjectServer();
  front = await startTlsFront(server.url);
  await makeBucket(server, bucket);
  ground = await openPhysicalGround({
    repository: {
      kind: 's3',
      bucket,
      prefix: 'plimsoll',
      host: '127.0.0.1',
      port: front.port,
      region: 'us-east-1',
      isPathStyle: true,
      verifiesTls: false,
    },
    s3: { accessKey: createSecret('test', 'test'), secretKey: createSecret('test', 'test') },
  });
}, 1_500_000);

afterAll(async () => {
  await ground?.close();
  await front?.close();
  await server?.stop();
}, 120_000);

test('on a real S3 server a physical backup is taken, marked, verified, and drilled to a serving Odoo (BKP-02, OBJ-01)', {
  timeout: 500_000,
}, async () => {
  const { physical } = ground.backup;
  if (physical === undefined) throw new Error('there is no archived cluster');
  const id = backupId(systemClock.now(), 'physical', 's3');
  const taken = await backUp(ground.backup, {
    estate: 'lab',
    environment: 'lab',
    id,
    writer: 'test',
    actor: { kind: 'cli', name: 'test' },
    wanted: { method: 'physical', kind: 'full' },
    jobs: 2,
    report: () => {},
  });
  expect(taken.database).toMatchObject({ method: 'physical', place: { kind: 's3', bucket } });
  const marked = await markFiles({ ...ground.backup, physical }, { environment: 'lab', writer: 'marker' });
  const verify = (openArchive = ground.drill.openArchive) =>
    verifyBackup({ ...ground.backup, openArchive }, { environment: 'lab', backup: id, report: () => {} });
  expect(await verify()).toMatchObject({ isIntact: true, problems: [] });
  // A manifest holds no credentials: without them it is not opened.
  const penniless = createArchiveOpener({ root: ground.cluster.root, s3: undefined });
  await expect(verify(penniless)).rejects.toMatchObject({ code: 'REPOSITORY_DENIED' });
  const report = await runDrill(ground.drill, ground.environment);
  expect(report).toMatchObject({ verdict: 'verified', reasons: [], backup: id });
  expect(report.checks.find(({ name }) => name === 'recovered.instant')?.detail).toContain(`${marked?.at}`);
  await ground.expectNothingLeft();
});
