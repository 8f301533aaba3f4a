import { describe, expect, test } from 'vitest';
import { content, environment, idOf, publishExample } from '../../ports/backup-repository.fixture.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { systemClock } from '../clock/system-clock.ts';
import { createForgetfulObjectStore, type PowerCut } from '../object-store/forgetful-object-store.ts';
import { createBackupCopier, createBackupRepository } from './backup-repository.ts';
import { createMemoryBackupRepository } from './memory-repository.ts';
import { optionsOver, PowerIsCut, stoppingBefore } from './power-cut.fixture.ts';

/** Which names a cut spares: none, those that look finished, all. Whatever was deleted comes back, or does not. */
const cuts: readonly PowerCut[] = [
  { keeps: () => false, bringsBack: () => true },
  { keeps: (key) => key.startsWith('backups/'), bringsBack: (key) => key.startsWith('backups/') },
  { keeps: (key) => key.endsWith('.json'), bringsBack: () => false },
  { keeps: (key) => !key.startsWith('pieces/'), bringsBack: (key) => key.endsWith('manifest.json') },
];

type Published = Awaited<ReturnType<typeof publishExample>>;

/** What is wrong with a backup that counts as good: bad ones, and good ones that lack a piece. */
async function faultsIn(repository: BackupRepository, published: ReadonlyMap<string, Published>): Promise<string[]> {
  const { good, bad } = await repository.list(environment);
  const faults = bad.map(({ id, reason }) => `${id} is ${reason}`);
  for (const { manifest } of good) {
    const { dump, index, pieces } = published.get(manifest.id) ?? expect.fail(`nobody published ${manifest.id}`);
    for (const piece of [dump, index, ...pieces]) {
      const state = await repository.checkPiece(piece);
      if (state !== 'intact') faults.push(`${manifest.id} is good, and a piece of it ${state}`);
    }
  }
  return faults;
}

type Act = (store: ObjectStore, told: Map<string, Published>) => Promise<void>;

/** Cuts the power before each change of an act, in every way; answers what was wrong after, and what was there in the end. */
async function cutEverywhere(act: Act, skipsSettling: (prefix: string) => boolean = () => false) {
  const faults = new Set<string>();
  const counts = { cuts: 0, listedAtTheEnd: [] as string[] };
  for (const cut of cuts) {
    for (let changes = 0, isDone = false; !isDone; changes += 1) {
      const store = createForgetfulObjectStore(systemClock);
      const published = new Map<string, Published>();
      const first = await publishExample(createBackupRepository(optionsOver(store)), 7);
      published.set(first.manifest.id, first);
      await act(stoppingBefore(store, changes, skipsSettling), published).then(
        () => {
          isDone = true;
        },
        (error: unknown) => {
          if (!(error instanceof PowerIsCut)) throw error;
        },
      );
      store.cutPower(cut);
      const repository = createBackupRepository(optionsOver(store));
      for (const fault of await faultsIn(repository, published)) faults.add(fault);
      counts.cuts += 1;
      if (isDone) counts.listedAtTheEnd = (await repository.list(environment)).good.map(({ manifest }) => manifest.id);
    }
  }
  return { ...counts, faults: [...faults] };
}

/** Its pieces are known before it is published: a cut in between leaves them to be asked about. */
const publish: Act = async (store, told) => {
  const twin = await createMemoryBackupRepository(systemClock);
  const contents = [content(), content()];
  const real = createBackupRepository(optionsOver(store));
  const repository: BackupRepository = {
    ...real,
    putPiece: async (plain, options) => {
      await twin.putPiece(plain);
      const put = await real.putPiece(plain, options);
      return put;
    },
    publish: async (manifest, filestorePieces) => {
      const names = [...filestorePieces];
      const database = manifest.database.method === 'logical' ? manifest.database.files : [];
      const [dump] = database.flatMap(({ pieces }) => pieces);
      const [index] = manifest.filestore.index.pieces;
      if (dump === undefined || index === undefined) throw new Error('the example has both');
      const pieces = names.map((sha256) => ({ sha256, bytes: contents[0]?.length ?? 0 }));
      told.set(manifest.id, { manifest, dump, index, pieces });
      await real.publish(manifest, names);
    },
  };
  await publishExample(repository, 8, contents);
};

describe('whenever the power is cut', () => {
  test('a backup is there whole or not at all, and one that was published is there', { timeout: 60_000 }, async () => {
    const { cuts: made, faults, listedAtTheEnd } = await cutEverywhere(publish);
    expect(faults).toEqual([]);
    expect(listedAtTheEnd).toEqual([idOf(7), idOf(8)]);
    expect(made).toBeGreaterThan(40);
  });

  test('without settling the pieces before the manifest, one counts as good and is not', async () => {
    const { faults } = await cutEverywhere(publish, (prefix) => prefix.startsWith('pieces/'));
    expect(faults).toEqual([`${idOf(8)} is good, and a piece of it missing`]);
  });

  test('without settling what signs the manifest before it, one is there that nobody signed', async () => {
    const { faults } = await cutEverywhere(publish, (prefix) => prefix.startsWith('backups/'));
    expect(faults).toContain(`${idOf(8)} is unsigned`);
  });

  const withdraw: Act = async (store) => {
    const repository = createBackupRepository(optionsOver(store));
    await repository.withdraw(environment, idOf(7));
    await repository.collect({ dryRun: false });
  };

  test('what was withdrawn comes back whole or not at all', { timeout: 60_000 }, async () => {
    const { faults, listedAtTheEnd } = await cutEverywhere(withdraw);
    expect(faults.filter((fault) => fault.includes('good'))).toEqual([]);
    expect(listedAtTheEnd).toEqual([]);
  });

  test('without settling the withdrawal before its pieces are deleted, it comes back without them', async () => {
    const { faults } = await cutEverywhere(withdraw, () => true);
    expect(faults).toContain(`${idOf(7)} is good, and a piece of it missing`);
  });

  const copy: Act = async (store, told) => {
    const source = createForgetfulObjectStore(systemClock);
    const published = await publishExample(createBackupRepository(optionsOver(source)), 8);
    told.set(published.manifest.id, published);
    await createBackupCopier(optionsOver(source), optionsOver(store)).copy({ environment });
  };

  test('a copy is there whole or not at all', { timeout: 60_000 }, async () => {
    const { faults, listedAtTheEnd } = await cutEverywhere(copy);
    expect(faults).toEqual([]);
    expect(listedAtTheEnd).toEqual([idOf(7), idOf(8)]);
  });
});
