import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeBackupRepository } from '../../ports/backup-repository.contract.ts';
import { contractTerms } from '../../ports/backup-repository.fixture.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { systemClock } from '../clock/system-clock.ts';
import { createDirectoryObjectStore } from '../object-store/directory-object-store.ts';
import { createMemoryObjectStore } from '../object-store/memory-object-store.ts';
import { createBackupRepository } from './backup-repository.ts';
import { generateKeys } from './memory-repository.ts';
import { preparedOver } from './prepared.fixture.ts';

const created: string[] = [];

afterAll(async () => {
  await Promise.all(created.map((directory) => rm(directory, { recursive: true, force: true })));
});

describeBackupRepository('memory', () => preparedOver(createMemoryObjectStore(systemClock)));

describeBackupRepository('directory', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plimsoll-repository-'));
  created.push(directory);
  return preparedOver(createDirectoryObjectStore(directory));
});

test('a place that holds a newer format is refused before anything is written', async () => {
  const store: ObjectStore = createMemoryObjectStore(systemClock);
  await store.put('plimsoll-repository.json', new TextEncoder().encode('{"format":2}'));
  const repository = createBackupRepository({
    name: 'main',
    store,
    clock: systemClock,
    terms: contractTerms,
    ...(await generateKeys()),
  });
  await expect(repository.putPiece(new Uint8Array(1))).rejects.toMatchObject({ code: 'REPOSITORY_INVALID' });
  await expect(repository.list('acme-prod')).rejects.toMatchObject({ code: 'REPOSITORY_INVALID' });
  expect(await Array.fromAsync(store.list('pieces/'))).toEqual([]);
});
