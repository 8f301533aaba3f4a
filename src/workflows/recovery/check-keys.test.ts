import { expect, test } from 'vitest';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { createMemoryObjectStore } from '../../adapters/object-store/memory-object-store.ts';
import { preparedOver } from '../../adapters/repository/prepared.fixture.ts';
import { createRandom } from '../../core/kernel/index.ts';
import { edit, environment, flip, idOf, publishExample } from '../../ports/backup-repository.fixture.ts';
import { checkKeys } from './check-keys.ts';

const random = createRandom(3);
const prepare = () => preparedOver(createMemoryObjectStore(systemClock));

test('the right keys open the whole sample and believe the newest backup', async () => {
  const { open } = await prepare();
  await publishExample(open(), 8);
  await publishExample(open(), 9);
  expect(await checkKeys({ repository: open(), random }, { sample: 4 })).toMatchObject({
    isSufficient: true,
    environments: [{ environment, newest: { id: idOf(9) }, doubted: [] }],
    sampled: 4,
    opened: 4,
    failed: [],
  });
});

test('a wrong identity, and a signer that is not trusted, are each found', async () => {
  const { open } = await prepare();
  await publishExample(open());
  const check = await checkKeys({ repository: open({ keys: "another's" }), random }, { sample: 10 });
  expect(check).toMatchObject({ isSufficient: false, sampled: 3, opened: 0 });
  expect(check.failed.map(({ state }) => state)).toEqual(['wrong-key', 'wrong-key', 'wrong-key']);
  expect(check.environments).toMatchObject([{ newest: null, doubted: [{ id: idOf(8) }] }]);
});

test('damaged content is not mistaken for a wrong key', async () => {
  const { open, store } = await prepare();
  const { dump } = await publishExample(open());
  await edit(store, dump.sha256, flip);
  const check = await checkKeys({ repository: open(), random }, { sample: 10 });
  expect(check).toMatchObject({
    isSufficient: false,
    opened: 2,
    failed: [{ sha256: dump.sha256, state: 'unreadable' }],
  });
});

test('keys are never said to suffice for a repository in which there is nothing to open', async () => {
  const { open } = await prepare();
  expect(await checkKeys({ repository: open(), random }, { sample: 10 })).toMatchObject({
    isSufficient: false,
    sampled: 0,
  });
});

test('of many pieces the sample is as large as asked, without repetition', async () => {
  const { open } = await prepare();
  const repository = open();
  for (let index = 0; index < 200; index += 1) await repository.putPiece(new TextEncoder().encode(`content ${index}`));
  const checked: string[] = [];
  const counting = {
    ...repository,
    checkPiece: async (piece: { readonly sha256: string }) => {
      checked.push(piece.sha256);
      return 'intact' as const;
    },
  };
  expect(await checkKeys({ repository: counting, random }, { sample: 25 })).toMatchObject({ sampled: 25, opened: 25 });
  expect(new Set(checked).size).toBe(25);
});
