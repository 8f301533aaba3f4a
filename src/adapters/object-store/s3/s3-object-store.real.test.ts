import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll } from 'vitest';
import { type ObjectServer, startObjectServer } from '../../../../test/lab/s3.ts';
import { createSecret } from '../../../core/kernel/index.ts';
import { describeBackupRepository } from '../../../ports/backup-repository.contract.ts';
import { patientTerms } from '../../../ports/backup-repository.fixture.ts';
import { describeObjectStore } from '../../../ports/object-store.contract.ts';
import { preparedOver } from '../../repository/prepared.fixture.ts';
import { createS3ObjectStore } from './s3-object-store.ts';

let server: ObjectServer;

const options = (prefix: string) => ({
  bucket: 'backups',
  prefix,
  endpoint: server.url,
  awsRegion: 'eu-central-1',
  accessKey: createSecret('test', 'production'),
  secretKey: createSecret('test', 'secret'),
});

const fresh = () => createS3ObjectStore(options(`test-${randomBytes(6).toString('hex')}`));

beforeAll(async () => {
  server = await startObjectServer();
  const client = new S3Client({
    endpoint: server.url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  await client.send(new CreateBucketCommand({ Bucket: 'backups' }));
  client.destroy();
});

afterAll(() => server.stop());

describeObjectStore('S3', async () => fresh());
describeBackupRepository('S3', () => preparedOver(fresh(), patientTerms));
