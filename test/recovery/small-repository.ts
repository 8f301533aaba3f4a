import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { createDirectoryObjectStore } from '../../src/adapters/object-store/directory-object-store.ts';
import { createBackupRepository } from '../../src/adapters/repository/backup-repository.ts';
import { createFileKeyRing } from '../../src/adapters/repository/file-key-ring.ts';
import { createSecret } from '../../src/core/kernel/index.ts';
import type { BackupRepository } from '../../src/ports/backup-repository.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';

/** The repository below a root, with the keys that lie beside it; another process opens the same. */
export async function openSmallRepository(root: string, objects?: ObjectStore): Promise<BackupRepository> {
  const { files } = createFileKeyRing(join(root, 'keys'));
  return createBackupRepository({
    name: 'survival',
    store: objects ?? createDirectoryObjectStore(join(root, 'repository')),
    clock: systemClock,
    recipients: [await readFile(files.recipients, 'utf8')],
    identities: [createSecret('identity', await readFile(files.identity, 'utf8'))],
    signingKey: createSecret('signing key', await readFile(files.signingKey, 'utf8')),
  });
}
