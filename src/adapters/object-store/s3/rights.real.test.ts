import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ObjectServer, startObjectServer } from '../../../../test/lab/s3.ts';
import { createSecret } from '../../../core/kernel/index.ts';
import { environment, patientTerms, publishExample } from '../../../ports/backup-repository.fixture.ts';
import { systemClock } from '../../clock/system-clock.ts';
import { createBackupRepository } from '../../repository/backup-repository.ts';
import { generateKeys } from '../../repository/memory-repository.ts';
import { createS3ObjectStore } from './s3-object-store.ts';

// A service that keeps to the rights of each key: those that docs/recovery.md asks for, given as a policy.

/** Enough for a bucket and two users with their rights and keys; what is left over is used up. */
const requestsBelieved = 20;
const bucket = 'locked';

interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

let server: ObjectServer;
let writer: Key;
let janitor: Key;
const clients: S3Client[] = [];

const clientOf = (credentials: Key): S3Client => {
  const client = new S3Client({ endpoint: server.url, region: 'us-east-1', forcePathStyle: true, credentials });
  clients.push(client);
  return client;
};

/** One request to the service that keeps users and their rights; while every key is believed, none is needed. */
async function manage(parameters: Readonly<Record<string, string>>): Promise<string> {
  const answer = await fetch(server.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization:
        'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=any',
    },
    body: new URLSearchParams({ Version: '2010-05-08', ...parameters }).toString(),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

async function makeUser(name: string, actions: readonly string[]): Promise<Key> {
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
  await manage({ Action: 'CreateUser', UserName: name });
  const document = JSON.stringify(policy);
  await manage({ Action: 'PutUserPolicy', UserName: name, PolicyName: 'rights', PolicyDocument: document });
  const made = await manage({ Action: 'CreateAccessKey', UserName: name });
  const part = (tag: string): string => new RegExp(`<${tag}>([^<]+)</${tag}>`).exec(made)?.[1] ?? '';
  return { accessKeyId: part('AccessKeyId'), secretAccessKey: part('SecretAccessKey') };
}

const writing = ['s3:ListBucket*', 's3:GetObject*', 's3:GetBucket*', 's3:PutObject*', 's3:AbortMultipartUpload'];

beforeAll(async () => {
  server = await startObjectServer({ requestsBelieved });
  const anybody = clientOf({ accessKeyId: 'any', secretAccessKey: 'any' });
  await anybody.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }));
  await anybody.send(new CreateBucketCommand({ Bucket: 'plain' }));
  writer = await makeUser('writer', writing);
  janitor = await makeUser('janitor', [...writing, 's3:DeleteObject*']);
  const isBelieved = () =>
    anybody.send(new ListBucketsCommand({})).then(
      () => true,
      () => false,
    );
  for (let asked = 0; asked < requestsBelieved && (await isBelieved()); asked += 1);
  expect(await isBelieved()).toBe(false);
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await server.stop();
});

const storeAs = ({ accessKeyId, secretAccessKey }: Key, into = bucket) =>
  createS3ObjectStore({
    ...{ bucket: into, prefix: 'backups', endpoint: server.url, awsRegion: 'us-east-1' },
    accessKey: createSecret('test', accessKeyId),
    secretKey: createSecret('test', secretAccessKey),
  });

test('BKP-05: the key of production can delete nothing, also where nothing is locked; the one for deleting can', async () => {
  const production = storeAs(writer, 'plain');
  expect(await production.put('piece', new Uint8Array([1]))).toBe('written');
  await expect(production.delete('piece')).rejects.toMatchObject({ code: 'REPOSITORY_DENIED' });
  expect(await production.head('piece')).toBeDefined();
  await storeAs(janitor, 'plain').delete('piece');
  expect(await production.head('piece')).toBeUndefined();
});

test('BKP-05: what the key of production backs up under an object lock, no key deletes: one can hide it, and it comes back', {
  timeout: 120_000,
}, async () => {
  const repository = createBackupRepository({
    ...{ name: 'main', store: storeAs(writer), deletingStore: storeAs(janitor), clock: systemClock },
    ...{ terms: patientTerms, graceSeconds: 0, objectLockSeconds: 3_600 },
    ...(await generateKeys()),
  });
  const { pieces } = await publishExample(repository);
  expect((await repository.list(environment)).good).toHaveLength(1);
  const sha256 = pieces[0]?.sha256 ?? '';
  const key = `pieces/${sha256.slice(0, 2)}/${sha256}`;
  const listed = new ListObjectVersionsCommand({ Bucket: bucket, Prefix: `backups/${key}` });
  const [version] = (await clientOf(janitor).send(listed)).Versions ?? [];
  for (const who of [writer, janitor]) {
    const locked = new DeleteObjectCommand({ Bucket: bucket, Key: `backups/${key}`, VersionId: version?.VersionId });
    await expect(clientOf(who).send(locked)).rejects.toMatchObject({ name: 'AccessDenied' });
  }
  // Without a version it is hidden, not gone: only for who may delete at all.
  const hide = new DeleteObjectCommand({ Bucket: bucket, Key: `backups/${key}` });
  await expect(clientOf(writer).send(hide)).rejects.toMatchObject({ name: 'AccessDenied' });
  const { VersionId: marker } = await clientOf(janitor).send(hide);
  const piece = pieces[0] ?? expect.fail();
  expect(await repository.checkPiece(piece)).toBe('missing');
  await clientOf(janitor).send(new DeleteObjectCommand({ Bucket: bucket, Key: `backups/${key}`, VersionId: marker }));
  expect(await repository.checkPiece(piece)).toBe('intact');
});
