import { DeleteObjectCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Ask } from './attempts.ts';

const mostPages = 100;

/**
 * Deletes every version of an object, so that its space is free again: in a bucket with versions a plain delete only hides it. A
 * version under a lock is refused by the service, which is REPOSITORY_DENIED here: the lock was looked for before.
 */
export async function deleteVersions(
  client: S3Client,
  ask: Ask,
  { Bucket, Key }: { readonly Bucket: string; readonly Key: string },
): Promise<void> {
  let marker: { KeyMarker?: string; VersionIdMarker?: string } = {};
  for (let page = 0; page < mostPages; page += 1) {
    const listed = await ask('list versions', (abortSignal) =>
      client.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key, ...marker }), { abortSignal }),
    );
    const versions = [...(listed.Versions ?? []), ...(listed.DeleteMarkers ?? [])].filter((each) => each.Key === Key);
    for (const { VersionId } of versions) {
      const input = VersionId === undefined ? { Bucket, Key } : { Bucket, Key, VersionId };
      await ask(`delete ${Key}`, (abortSignal) => client.send(new DeleteObjectCommand(input), { abortSignal }));
    }
    // Keys are in order: another key means that this one's versions are all seen.
    const next = listed.NextKeyMarker;
    if (listed.IsTruncated !== true || next === undefined || next !== Key) return;
    marker = { KeyMarker: next, VersionIdMarker: listed.NextVersionIdMarker ?? '' };
  }
}
