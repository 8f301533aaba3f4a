import { generateKeyPairSync } from 'node:crypto';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { createSecret } from '../../core/kernel/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { Clock } from '../../ports/clock.ts';
import { createMemoryObjectStore } from '../object-store/memory-object-store.ts';
import { createBackupRepository, type RepositoryOptions } from './backup-repository.ts';

/** Fresh keys as `createBackupRepository` takes them: content sealed and signed for real, nothing written to a disk. */
export async function generateKeys(): Promise<
  Required<Pick<RepositoryOptions, 'recipients'>> & {
    readonly identities: NonNullable<RepositoryOptions['identities']>;
    readonly signingKey: NonNullable<RepositoryOptions['signingKey']>;
    readonly publicSigningKey: string;
  }
> {
  const identity = await generateIdentity();
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    recipients: [await identityToRecipient(identity)],
    identities: [createSecret('generated identity', identity)],
    signingKey: createSecret('generated signer', privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()),
    publicSigningKey: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}

/**
 * A whole repository in memory, with keys of its own: real seals, signatures and collection. `objects` can be broken by tests, and
 * `options` open it once more.
 */
export async function createMemoryBackupRepository(
  clock: Clock,
  options: Partial<RepositoryOptions> = {},
): Promise<
  BackupRepository & {
    readonly objects: ReturnType<typeof createMemoryObjectStore>['objects'];
    readonly options: RepositoryOptions;
  }
> {
  const store = createMemoryObjectStore(clock);
  const all = { name: 'memory', store, clock, ...(await generateKeys()), ...options };
  return { ...createBackupRepository(all), objects: store.objects, options: all };
}
