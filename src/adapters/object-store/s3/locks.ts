import { createHash } from 'node:crypto';
import { HeadObjectCommand, PutObjectRetentionCommand, type S3Client } from '@aws-sdk/client-s3';
import { readRefusal } from './faults.ts';

const toDate = ({ epochMilliseconds }: Temporal.Instant): Date => new Date(epochMilliseconds);

/** What a new object is put with. A lock asks for a checksum that every service with locks understands. */
export function lockOf(body: Uint8Array, until: Temporal.Instant | undefined) {
  if (until === undefined) return {};
  return {
    ObjectLockMode: 'COMPLIANCE' as const,
    ObjectLockRetainUntilDate: toDate(until),
    ContentMD5: createHash('md5').update(body).digest('base64'),
  };
}

/** Sees to it that an object is locked until then. A service shortens no lock: one that is longer stays, and is enough. */
export async function demandLock(
  client: S3Client,
  at: { readonly Bucket: string; readonly Key: string },
  until: Temporal.Instant,
  abortSignal: AbortSignal,
): Promise<void> {
  const retention = { Mode: 'COMPLIANCE' as const, RetainUntilDate: toDate(until) };
  try {
    await client.send(new PutObjectRetentionCommand({ ...at, Retention: retention }), { abortSignal });
  } catch (error) {
    if (readRefusal(error).code !== 'REPOSITORY_DENIED') throw error;
    const { ObjectLockRetainUntilDate: held } = await client.send(new HeadObjectCommand(at), { abortSignal });
    if (held === undefined || held.getTime() < until.epochMilliseconds) throw error;
  }
}
