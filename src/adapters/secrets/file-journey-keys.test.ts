import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { journeyKeyStoreContract } from '../../ports/journey-key-store.contract.ts';
import { createFileJourneyKeys } from './file-journey-keys.ts';

const created: string[] = [];

async function prepare(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'plimsoll-keys-'));
  created.push(directory);
  return directory;
}

afterEach(async () => {
  await Promise.all(created.splice(0).map((directory) => rm(directory, { recursive: true, force: true })));
});

describe('journey keys as files', () => {
  journeyKeyStoreContract(async () => createFileJourneyKeys(await prepare()));

  test('only their owner can read them', async () => {
    const directory = await prepare();
    await createFileJourneyKeys(directory).write('acme-prod', 'key');
    const { mode } = await stat(join(directory, 'journeys', 'acme-prod.key'));
    expect(mode & 0o077).toBe(0);
  });
});
