import { expect, test } from 'vitest';
import { createHandClock } from '../../../test/clocks.ts';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import { lastKeyCheck, recordKeyCheck } from './record-key-check.ts';

test('BKP-01: the last check with the recovery key is in the ledger, of each repository by itself', async () => {
  const store = createMemoryStore();
  const clock = createHandClock(Temporal.Instant.from('2026-06-10T12:00Z'));
  const deps = { store, clock, actor: { kind: 'cli', name: 'test' } as const };
  expect(await lastKeyCheck(store, 'vault')).toBeUndefined();
  await recordKeyCheck(deps, { repository: 'vault', key: 'age-1', checks: 6 });
  clock.pass(60);
  await recordKeyCheck(deps, { repository: 'vault', key: 'age-2', checks: 6 });
  await recordKeyCheck(deps, { repository: 'other', key: 'age-3', checks: 6 });
  expect(await lastKeyCheck(store, 'vault')).toEqual({ key: 'age-2', at: Temporal.Instant.from('2026-06-10T12:01Z') });
});
