import { randomBytes } from 'node:crypto';
import { exampleManifest } from './backup-manifest.fixture.ts';
import type { BackupRepository } from './backup-repository.ts';
import type { ObjectStore } from './object-store.ts';

/** An empty repository of one test, and what is needed to look behind it. */
export interface PreparedRepository {
  readonly store: ObjectStore;
  /** Of its leases. */
  readonly terms: typeof contractTerms;
  /** Opens it, as a process of its own would. No grace, unless a test asks for one. */
  open(options?: {
    readonly keys?: 'own' | "another's";
    readonly graceSeconds?: number;
    readonly trustsAlso?: "another's";
  }): BackupRepository;
}

/** Short, so that a test can see a holder die. */
export const contractTerms = { suspectSeconds: 1, renewSeconds: 0.2, watchSeconds: 0.8 };
/** For a store in another process: on a busy machine a sign of life may take a second to arrive. */
export const patientTerms = { suspectSeconds: 3, renewSeconds: 0.3, watchSeconds: 4 };

export const environment = 'acme-prod';
export const idOf = (hour: number): string => `20261121T${String(hour).padStart(2, '0')}4512Z-logical-9f3a1c`;
export const content = (): Uint8Array => new Uint8Array(randomBytes(2_000));

/** Puts the content and publishes a backup that names it: as the filestore's unless it is the dump's or the index's. */
export async function publishExample(repository: BackupRepository, hour = 8, contents = [content()]) {
  const put = async (bytes: Uint8Array) => (await repository.putPiece(bytes)).piece;
  const dump = await put(content());
  const index = await put(content());
  const pieces = await Promise.all(contents.map(put));
  const manifest = exampleManifest({
    id: idOf(hour),
    environment,
    database: { method: 'logical', files: [{ path: 'toc.dat', bytes: dump.bytes, pieces: [dump] }] },
    filestore: { index: { path: 'index', bytes: index.bytes, pieces: [index] }, files: 1, bytes: 1, missing: [] },
  });
  await repository.publish(
    manifest,
    pieces.map(({ sha256 }) => sha256),
  );
  return { manifest, dump, index, pieces };
}

/** Keys that end so. */
export async function keysOf(store: ObjectStore, ending: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list('')) if (key.endsWith(ending)) keys.push(key);
  return keys;
}

/** Replaces what is stored, as somebody with the right to delete could. */
export async function edit(store: ObjectStore, ending: string, change: (body: Uint8Array) => Uint8Array | undefined) {
  for (const key of await keysOf(store, ending)) {
    const body = change(await store.get(key));
    await store.delete(key);
    if (body !== undefined) await store.put(key, body);
  }
}

/** One bit near the end is another. */
export const flip = (body: Uint8Array): Uint8Array =>
  body.map((byte, at) => (at === body.length - 5 ? byte ^ 1 : byte));
