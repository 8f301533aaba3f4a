import { systemClock } from '../adapters/clock/system-clock.ts';
import { identityIds } from '../adapters/repository/key-trials.ts';
import { createLocalSecrets } from '../adapters/secrets/local-secrets.ts';
import type { Repository, SecretReference } from '../core/estate/index.ts';
import { recordKeyCheck } from '../workflows/recovery/record-key-check.ts';
import type { Settings } from './settings.ts';
import { identityReference } from './wire-keys.ts';
import { openStoreIfThere } from './wire-store.ts';

const actor = { kind: 'cli', name: 'backup keys check' } as const;

async function idsOf(reference: SecretReference, settings: Settings): Promise<readonly string[]> {
  return identityIds(await createLocalSecrets(settings).resolve(reference));
}

/** The identity that this machine works with every day; none where it has none, as where only a recovery key is kept. */
async function dailyIds({ identity }: Repository, settings: Settings): Promise<readonly string[]> {
  return identity === undefined ? [] : idsOf(identity, settings).catch(() => []);
}

/**
 * Records that a recovery key has passed, where this Plimsoll has records, and says what became of it. The identity of every
 * day is no recovery key: that it works says nothing of the one that is kept elsewhere.
 */
export async function recordRecoveryKey(
  repository: Repository,
  identity: string,
  checks: number,
  settings: Settings,
): Promise<{ readonly key: string; readonly isRecorded: boolean; readonly said: string }> {
  const ids = await idsOf(identityReference(identity), settings);
  const daily = await dailyIds(repository, settings);
  const own = ids.filter((id) => !daily.includes(id));
  const key = (own.length > 0 ? own : ids).join(', ');
  if (own.length === 0) {
    const said = `Not recorded: ${key} is what ${repository.name} works with every day, and no recovery key.`;
    return { key, isRecorded: false, said };
  }
  const opened = await openStoreIfThere(settings);
  if (opened === undefined)
    return { key, isRecorded: false, said: 'Not recorded: this Plimsoll keeps no records here.' };
  const deps = { store: opened.store, clock: systemClock, actor };
  await recordKeyCheck(deps, { repository: repository.name, key, checks }).finally(opened.close);
  return { key, isRecorded: true, said: `Recorded: the recovery key ${key} opens ${repository.name}.` };
}
