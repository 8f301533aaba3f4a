import { createHash } from 'node:crypto';
import { createS3ObjectStore, type S3Options } from '../adapters/object-store/s3/s3-object-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Settings } from './settings.ts';

const opened = new WeakMap<Settings, Map<string, ObjectStore>>();

/** Tells buckets apart, and credentials for one bucket; no secret can be read from it. */
function keyOf({ bucket, prefix, endpoint, awsRegion, certificates, accessKey, secretKey }: S3Options): string {
  const parts = [bucket, prefix, endpoint ?? '', awsRegion, certificates ?? '', accessKey.reveal(), secretKey.reveal()];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/**
 * A bucket with its credentials, opened once for a process: a controller looks into it every few minutes for years, and
 * every client of its own would keep its connections.
 */
export function openBucket(options: S3Options, settings: Settings): ObjectStore {
  const known = opened.get(settings) ?? new Map<string, ObjectStore>();
  opened.set(settings, known);
  const key = keyOf(options);
  const store = known.get(key) ?? createS3ObjectStore(options);
  known.set(key, store);
  return store;
}
