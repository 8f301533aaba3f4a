import { addAbortSignal, type Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Fault, type Secret } from '../../../core/kernel/index.ts';
import type { ObjectStore, StoredObject } from '../../../ports/object-store.ts';
import { checkKey, checkPrefix } from '../key.ts';
import { type Ask, createAsk, defaultPatience, type S3Patience } from './attempts.ts';
import { readRefusal } from './faults.ts';
import { demandLock, lockOf } from './locks.ts';
import { createServiceClock } from './service-time.ts';
import { deleteVersions } from './versions.ts';

/** A bucket and the credentials for it. */
export interface S3Options {
  readonly bucket: string;
  /** Keys begin with it; empty for the whole bucket. */
  readonly prefix: string;
  /** Another service than Amazon's. */
  readonly endpoint?: string | undefined;
  readonly awsRegion: string;
  /** Certificates (PEM) that vouch for the service, instead of those that Node knows. */
  readonly certificates?: string | undefined;
  readonly accessKey: Secret;
  readonly secretKey: Secret;
  readonly patience?: Partial<S3Patience> | undefined;
}

const toInstant = (date: { getTime(): number } | undefined): Temporal.Instant =>
  Temporal.Instant.fromEpochMilliseconds(date?.getTime() ?? 0);

/** The client of a bucket, patient as we are and not as it would be by itself. */
export function createClient(options: S3Options, patience: S3Patience): S3Client {
  return new S3Client({
    region: options.awsRegion,
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint, forcePathStyle: true }),
    credentials: async () => ({
      accessKeyId: options.accessKey.reveal(),
      secretAccessKey: options.secretKey.reveal(),
    }),
    // We try again ourselves: a body that breaks off is a failure as well, and the SDK has answered by then.
    maxAttempts: 1,
    // Content proves itself against its name, whatever the service says of it.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: new NodeHttpHandler({
      connectionTimeout: patience.connectSeconds * 1_000,
      socketTimeout: patience.idleSeconds * 1_000,
      requestTimeout: patience.attemptSeconds * 1_000,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: 32 },
      httpsAgent: {
        keepAlive: true,
        maxSockets: 32,
        ...(options.certificates === undefined ? {} : { ca: options.certificates }),
      },
    }),
  });
}

async function readBody(
  body: Readable,
  length: number | undefined,
  limit: AbortSignal,
  idleSeconds: number,
): Promise<Uint8Array> {
  addAbortSignal(limit, body);
  const chunks: Uint8Array[] = [];
  // The handler's own timeouts end with the headers of the answer.
  const timer = setTimeout(() => body.destroy(new Error('the service fell silent')), idleSeconds * 1_000);
  try {
    for await (const chunk of body) {
      timer.refresh();
      chunks.push(chunk as Uint8Array);
    }
  } finally {
    clearTimeout(timer);
  }
  const whole = new Uint8Array(Buffer.concat(chunks));
  if (length !== undefined && whole.byteLength !== length) throw new Error('the answer was cut off');
  return whole;
}

async function* listPages(
  client: S3Client,
  ask: Ask,
  options: S3Options,
  root: string,
  prefix: string,
): AsyncGenerator<StoredObject> {
  let after: string | undefined;
  for (;;) {
    const command = { Bucket: options.bucket, Prefix: `${root}${prefix}` };
    // `StartAfter` instead of the service's token: a page that is asked for twice is the same page.
    const page = await ask('list', (abortSignal) =>
      client.send(new ListObjectsV2Command(after === undefined ? command : { ...command, StartAfter: after }), {
        abortSignal,
      }),
    );
    const contents = page.Contents ?? [];
    for (const { Key: name, Size: bytes, LastModified: modified } of contents) {
      if (name !== undefined)
        yield { key: name.slice(root.length), bytes: bytes ?? 0, modifiedAt: toInstant(modified) };
    }
    const last = contents.at(-1)?.Key;
    if (page.IsTruncated !== true || last === undefined) return;
    after = last;
  }
}

/** Objects in a bucket of an S3 service, written with `If-None-Match: *`. */
export function createS3ObjectStore(options: S3Options): ObjectStore & { close(): void } {
  const patience = { ...defaultPatience, ...options.patience };
  const client = createClient(options, patience);
  const root = options.prefix === '' ? '' : `${checkKey(options.prefix.replace(/\/$/, ''))}/`;
  const place = `s3://${options.bucket}/${root}`;
  const ask = createAsk(place, patience);
  const now = createServiceClock(client, ask, options.bucket);
  const at = (key: string) => ({ Bucket: options.bucket, Key: `${root}${checkKey(key)}` });
  return {
    place,
    close: () => client.destroy(),
    now,
    put: async (key, body, { retainUntil, signal } = {}) => {
      const input = { ...at(key), Body: body, IfNoneMatch: '*', ...lockOf(body, retainUntil) };
      const send = async (abortSignal: AbortSignal): Promise<'written' | 'exists'> => {
        try {
          await client.send(new PutObjectCommand(input), { abortSignal });
          return 'written';
        } catch (error) {
          if (error instanceof Error && error.name === 'PreconditionFailed') return 'exists';
          throw error;
        }
      };
      return ask(`take ${key}`, send, signal);
    },
    get: async (key, { signal } = {}) => {
      const input = at(key);
      const fetch = async (abortSignal: AbortSignal): Promise<Uint8Array> => {
        const { Body: body, ContentLength: length } = await client.send(new GetObjectCommand(input), { abortSignal });
        return readBody(body as Readable, length, abortSignal, patience.idleSeconds);
      };
      return ask(`give ${key}`, fetch, signal);
    },
    head: async (key) => {
      const input = at(key);
      const look = async (abortSignal: AbortSignal): Promise<StoredObject | undefined> => {
        try {
          const found = await client.send(new HeadObjectCommand(input), { abortSignal });
          return { key, bytes: found.ContentLength ?? 0, modifiedAt: toInstant(found.LastModified) };
        } catch (error) {
          if (readRefusal(error).code === 'OBJECT_MISSING') return undefined;
          throw error;
        }
      };
      return ask(`tell of ${key}`, look);
    },
    list: (prefix) => listPages(client, ask, options, root, checkPrefix(prefix)),
    async *keys(prefix) {
      for await (const { key } of listPages(client, ask, options, root, checkPrefix(prefix))) yield key;
    },
    delete: async (key) => {
      const input = at(key);
      const found = await ask(`tell of ${key}`, (abortSignal) =>
        client.send(new HeadObjectCommand(input), { abortSignal }).catch((error: unknown) => {
          if (readRefusal(error).code === 'OBJECT_MISSING') return undefined;
          throw error;
        }),
      );
      if (found === undefined) return;
      const until = found.ObjectLockRetainUntilDate;
      const isHeld = found.ObjectLockLegalHoldStatus === 'ON';
      if (isHeld || (until !== undefined && until.getTime() > (await now()).epochMilliseconds)) {
        const words = isHeld ? 'under a legal hold' : `locked until ${toInstant(until)}`;
        throw new Fault('OBJECT_LOCKED', `${place}${key} is ${words}.`, { details: { place, key } });
      }
      if (found.VersionId === undefined || found.VersionId === 'null') {
        await ask(`delete ${key}`, (abortSignal) => client.send(new DeleteObjectCommand(input), { abortSignal }));
      } else await deleteVersions(client, ask, input);
    },
    // What a bucket has answered for is durable.
    settle: async (prefix) => void checkPrefix(prefix),
    prolong: (key, until) => ask(`lock ${key}`, (signal) => demandLock(client, at(key), until, signal)),
    // Pieces are small enough for one request each: nothing unfinished is left on the service.
    sweep: async () => 0,
  };
}
