import { expect, test } from 'vitest';
import { keyCheckOf, recoveryKeyChecked } from '../../core/recovery/index.ts';
import { createMemoryStore } from '../memory/store.ts';
import { noteKeyChecks } from './key-checks.ts';

const now = Temporal.Instant.from('2026-11-28T11:00:00Z');

test.each(['calm', 'stale', 'busy', 'troubled'] as const)(
  'of %s, the recovery key is as it is told',
  async (scenario) => {
    const store = createMemoryStore();
    const repositories = [{ name: 'vault' }, { name: 'vault-north' }] as never;
    await noteKeyChecks(store, { repositories }, { scenario, now });
    for (const name of ['vault', 'vault-north']) {
      const [last] = await store.ledger.tail({ subject: `repository/${name}`, type: recoveryKeyChecked, limit: 1 });
      const isTried = scenario === 'calm' || scenario === 'stale';
      expect(last && keyCheckOf(last)?.at.until(now, { largestUnit: 'hours' }).hours).toBe(isTried ? 216 : undefined);
    }
  },
);
