import { contractTerms, type PreparedRepository } from '../../ports/backup-repository.fixture.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { systemClock } from '../clock/system-clock.ts';
import { createBackupRepository } from './backup-repository.ts';
import { generateKeys } from './memory-repository.ts';

/** A repository over a store, with its own keys and a stranger's: what the contract suite asks for. */
export async function preparedOver(store: ObjectStore, terms = contractTerms): Promise<PreparedRepository> {
  const own = await generateKeys();
  const strange = await generateKeys();
  return {
    store,
    terms,
    open: ({ keys = 'own', graceSeconds = 0, trustsAlso } = {}) =>
      createBackupRepository({
        name: 'main',
        store,
        clock: systemClock,
        terms,
        graceSeconds,
        ...(keys === 'own' ? own : strange),
        trustedSigners: trustsAlso === undefined ? [] : [strange.publicSigningKey],
      }),
  };
}
