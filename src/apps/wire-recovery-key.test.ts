import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity } from 'age-encryption';
import { expect, onTestFinished, test } from 'vitest';
import type { Repository } from '../core/estate/index.ts';
import type { Settings } from './settings.ts';
import { recordRecoveryKey } from './wire-recovery-key.ts';

test('BKP-01: the identity of every day is not recorded as a recovery key; no key itself is ever said', async () => {
  const stateDirectory = await mkdtemp(join(tmpdir(), 'plimsoll-keys-'));
  onTestFinished(() => rm(stateDirectory, { recursive: true }));
  const [daily, recovery] = [await generateIdentity(), await generateIdentity()];
  const environment = { DAILY: daily, RECOVERY: recovery };
  const settings = { stateDirectory, environment, databaseUrl: undefined } as unknown as Settings;
  const repository = { name: 'vault', identity: { source: 'env', name: 'DAILY' } } as Repository;
  const own = await recordRecoveryKey(repository, 'env:DAILY', 5, settings);
  expect(own).toMatchObject({ isRecorded: false, said: expect.stringContaining('and no recovery key') });
  const kept = await recordRecoveryKey(repository, 'env:RECOVERY', 5, settings);
  expect(kept.key).not.toBe(own.key);
  expect(kept.said).toContain('keeps no records here');
  expect(JSON.stringify([own, kept])).not.toContain('AGE-SECRET-KEY');
});
