import {
  CreateBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, expect, test } from 'vitest';
import { startObjectServer } from '../../../../test/lab/s3.ts';
import { createSecret } from '../../../core/kernel/index.ts';
import { readBucketFacts } from './bucket-facts.ts';

const server = await startObjectServer();
const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
const client = new S3Client({ endpoint: server.url, region: 'us-east-1', forcePathStyle: true, credentials });
afterAll(async () => {
  client.destroy();
  await server.stop();
});

const facts = (bucket: string, prefix = 'plimsoll') =>
  readBucketFacts({
    bucket,
    prefix,
    endpoint: server.url,
    awsRegion: 'us-east-1',
    accessKey: createSecret('test', 'any'),
    secretKey: createSecret('test', 'any'),
    patience: { attempts: 1 },
  });

test('a bucket says whether it keeps versions, and whether a rule of its own deletes what we write (OBJ-02)', async () => {
  const Bucket = 'rules';
  await client.send(new CreateBucketCommand({ Bucket }));
  expect(await facts(Bucket)).toEqual({ isVersioned: false, expiresAfterDays: undefined });
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const rule = (ID: string, Prefix: string, Days: number, Status: 'Enabled' | 'Disabled') => ({
    ID,
    Filter: { Prefix },
    Status,
    Expiration: { Days },
  });
  const Rules = [
    rule('ours', 'plimsoll/', 30, 'Enabled'),
    rule('everything', '', 90, 'Enabled'),
    rule('off', '', 1, 'Disabled'),
    rule('logs', 'logs/', 2, 'Enabled'),
  ];
  await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  expect(await facts(Bucket)).toEqual({ isVersioned: true, expiresAfterDays: 30 });
  expect(await facts(Bucket, 'elsewhere')).toEqual({ isVersioned: true, expiresAfterDays: 90 });
});

test('what cannot be asked is unknown, and no finding', async () => {
  expect(await facts('no-such-bucket')).toEqual({ isVersioned: undefined, expiresAfterDays: undefined });
});
