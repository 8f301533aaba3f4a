import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import type { createMemoryObjectStore } from '../../src/adapters/object-store/memory-object-store.ts';
import { createBackupRepository } from '../../src/adapters/repository/backup-repository.ts';
import { generateKeys } from '../../src/adapters/repository/memory-repository.ts';
import { type BackupManifest, filestoreName } from '../../src/core/recovery/index.ts';
import type { BackupRepository } from '../../src/ports/backup-repository.ts';
import type { BrokenStore } from '../../src/workflows/recovery/fault-matrix.fixture.ts';
import { readIndex } from '../../src/workflows/recovery/read-content.ts';

type Store = ReturnType<typeof createMemoryObjectStore>;
type Keys = Awaited<ReturnType<typeof generateKeys>>;

const pieceKey = (sha256: string): string => `pieces/${sha256.slice(0, 2)}/${sha256}`;

/** Hands a repository in memory to whoever wants to break it, and answers how it is to be read afterwards. */
export async function brokenStore(
  store: Store,
  keys: Keys,
  opened: BackupRepository,
  manifest: BackupManifest,
): Promise<{ readonly store: BrokenStore; readonly repository: () => BackupRepository }> {
  let repository = opened;
  const indexed = await Array.fromAsync(readIndex(opened, manifest.filestore));
  const folder = `backups/${manifest.environment}/${manifest.id}/`;
  const bodyOf = (key: string): Uint8Array => store.objects.get(key)?.body ?? new Uint8Array();
  const put = (key: string, body: Uint8Array): void => {
    store.objects.set(key, { body, modifiedAt: systemClock.now(), retainUntil: undefined });
  };
  return {
    repository: () => repository,
    store: {
      manifest,
      filestore: indexed
        .filter(({ pieces }) => pieces.length === 1)
        .map(({ sha1, pieces }) => ({ name: filestoreName(sha1), sha256: pieces[0]?.sha256 ?? '' })),
      read: (sha256) => bodyOf(pieceKey(sha256)),
      write: (sha256, body) => {
        if (body === undefined) store.objects.delete(pieceKey(sha256));
        else put(pieceKey(sha256), body);
      },
      editManifest: (from, to) => {
        const key = `${folder}manifest.json`;
        const text = Buffer.from(bodyOf(key)).toString('utf8');
        if (!text.includes(from)) throw new Error(`the manifest does not say ${from}`);
        put(key, Buffer.from(text.replace(from, to)));
      },
      resign: async (change) => {
        for (const key of [...store.objects.keys()]) if (key.startsWith(folder)) store.objects.delete(key);
        const { signingKey } = await generateKeys();
        const stranger = createBackupRepository({ name: 'stranger', store, clock: systemClock, ...keys, signingKey });
        const pieces = indexed.flatMap((file) => file.pieces.map(({ sha256 }) => sha256));
        await stranger.publish(change(manifest), pieces);
      },
      loseKey: async () => {
        const { identities } = await generateKeys();
        repository = createBackupRepository({ name: 'matrix', store, clock: systemClock, ...keys, identities });
      },
    },
  };
}
