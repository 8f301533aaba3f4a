import type { Bytes } from '../core/kernel/index.ts';

export interface StoredObject {
  readonly key: string;
  readonly bytes: Bytes;
  readonly modifiedAt: Temporal.Instant;
}

/**
 * Named bytes in a directory or a bucket. Keys are relative with `/` and hold only `[A-Za-z0-9._/-]`, never `..`.
 * Throws `Fault` REPOSITORY_UNREACHABLE (after bounded retries), REPOSITORY_DENIED, REPOSITORY_FULL, OBJECT_MISSING,
 * OBJECT_LOCKED, DEADLINE_EXCEEDED.
 */
export interface ObjectStore {
  /** What people call it: `/srv/backups`, `s3://bucket/prefix`. Holds no secret. */
  readonly place: string;
  /**
   * What time it is by the clock that dates its objects and judges their locks: of a bucket its service's, however wrong ours
   * is.
   */
  now(): Promise<Temporal.Instant>;
  /**
   * Writes whole or not at all. An object that exists is never replaced: the answer says so. Its name may be forgotten by a power
   * cut until it is settled; a name that is there has all its bytes. `retainUntil` asks for an object lock where the store has
   * them.
   */
  put(
    key: string,
    body: Uint8Array,
    options?: { readonly retainUntil?: Temporal.Instant | undefined; readonly signal?: AbortSignal | undefined },
  ): Promise<'written' | 'exists'>;
  get(key: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<Uint8Array>;
  /** `undefined` where there is none. */
  head(key: string): Promise<StoredObject | undefined>;
  /** All objects under a prefix, in key order, page by page. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Their keys alone, in the same order: much cheaper where each object has to be asked about. */
  keys(prefix: string): AsyncIterable<string>;
  /** Deleting what is not there is no fault. Throws OBJECT_LOCKED or REPOSITORY_DENIED where it may not. */
  delete(key: string): Promise<void>;
  /**
   * Whatever was put or deleted under a prefix before, by whom ever, outlives a power cut once this resolves. To be asked for
   * before something is put that names other objects, and before something is said to be done.
   */
  settle(prefix: string): Promise<void>;
  /** Locks an object at least until then; never shortens a lock. Does nothing where the store has no locks. */
  prolong(key: string, until: Temporal.Instant): Promise<void>;
  /** Removes what killed writers left that is no object, older than the given time; answers how many that were. */
  sweep(olderThan: Temporal.Instant): Promise<number>;
}
