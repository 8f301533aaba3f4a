import {
  lastRestoredAt,
  type RestoreInPlace,
  restoredEntryTypes,
  restoreEntryTypes,
  restoresInPlace,
} from '../../core/recovery/index.ts';
import type { Store } from '../../ports/store.ts';

/** Nobody restores in place more often than this within what a repository keeps. */
const mostEntries = 500;

/** When the last restore in place of an environment ended well; `undefined` where the ledger knows of none. */
export async function restoredAtOf(
  { ledger }: Pick<Store, 'ledger'>,
  environment: string,
): Promise<Temporal.Instant | undefined> {
  const subject = `environment/${environment}`;
  const found = await Promise.all(restoredEntryTypes.map((type) => ledger.tail({ subject, type, limit: mostEntries })));
  return lastRestoredAt(found.flat());
}

/** The restores in place of an environment that the ledger knows of, oldest first. */
export async function knownRestores(
  { ledger }: Pick<Store, 'ledger'>,
  environment: string,
): Promise<readonly RestoreInPlace[]> {
  const subject = `environment/${environment}`;
  const found = await Promise.all(restoreEntryTypes.map((type) => ledger.tail({ subject, type, limit: mostEntries })));
  return restoresInPlace(found.flat());
}
