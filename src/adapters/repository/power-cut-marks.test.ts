import { describe, expect, test } from 'vitest';
import type { ContentPiece, FilestoreMark } from '../../core/recovery/index.ts';
import { content, environment, idOf, publishExample } from '../../ports/backup-repository.fixture.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { systemClock } from '../clock/system-clock.ts';
import { createForgetfulObjectStore } from '../object-store/forgetful-object-store.ts';
import { createBackupRepository } from './backup-repository.ts';
import { optionsOver, PowerIsCut, stoppingBefore } from './power-cut.fixture.ts';

const backup = idOf(7);
const [earlier, later] = ['2026-11-21T08:00:00Z', '2026-11-21T09:00:00Z'] as const;

/** What each mark was made of, by its instant. */
type Told = Map<string, readonly ContentPiece[]>;

const unlessCut = (error: unknown): void => {
  if (!(error instanceof PowerIsCut)) throw error;
};

/** Continues the files of the backup by one more, as of an instant. */
async function mark(store: ObjectStore, at: string, told: Told): Promise<void> {
  const repository = createBackupRepository(optionsOver(store));
  const claim = await repository.beginWriting(environment, 'marker');
  try {
    const { piece: index } = await repository.putPiece(content());
    const { piece: file } = await repository.putPiece(content());
    const made: FilestoreMark = {
      format: 1,
      environment,
      backup,
      at: Temporal.Instant.from(at),
      segment: '000000010000000000000001',
      timeline: 1,
      filestore: {
        index: { path: 'index', bytes: index.bytes, pieces: [index] },
        files: 1,
        bytes: file.bytes,
        missing: [],
      },
    };
    told.set(at, [index, file]);
    await repository.publishMark(made, [file.sha256]);
  } finally {
    await claim.release().catch(unlessCut);
  }
}

/** What the newest mark is, and what is wrong with it: it cannot be believed, or lacks what it names. */
async function look(repository: BackupRepository, told: Told) {
  const found = await repository.readMark(environment, backup).catch((error: unknown) => String(error));
  if (typeof found === 'string') return { at: undefined, faults: [found] };
  const at = found?.at.toString() ?? 'none';
  const states = await Promise.all((told.get(at) ?? []).map((piece) => repository.checkPiece(piece)));
  return { at, faults: states.filter((state) => state !== 'intact').map((state) => `a piece of it is ${state}`) };
}

/** What a cut left, and what a collection leaves of it then. */
async function lookTwice(store: ObjectStore, told: Told) {
  const repository = createBackupRepository(optionsOver(store));
  const first = await look(repository, told);
  // Whoever wrote is dead, and is given up.
  for await (const { key } of store.list('writing/')) await store.delete(key);
  const collected = await repository.collect({ dryRun: false }).then(
    () => [],
    (error: unknown) => [`collection: ${String(error)}`],
  );
  const second = await look(repository, told);
  return { at: first.at, faults: [...first.faults, ...collected, ...second.faults] };
}

/** So many names at most are unsettled at once, besides those of the claim. */
const mostUnsettled = 6;

/**
 * Publishes a second mark, and cuts the power before each change of it; each time with every set of the names that were not
 * settled, kept or brought back. Answers what was wrong, and which marks were the newest.
 */
async function cutEverywhere(skipsSettling: (prefix: string) => boolean = () => false) {
  const [faults, newest] = [new Set<string>(), new Set<string | undefined>()];
  let cuts = 0;
  for (let changes = 0, isDone = false; !isDone; changes += 1) {
    const [first, told]: [ReturnType<typeof createForgetfulObjectStore>, Told] = [
      createForgetfulObjectStore(systemClock),
      new Map(),
    ];
    await publishExample(createBackupRepository(optionsOver(first)), 7);
    await mark(first, earlier, told);
    await first.settle('');
    await mark(stoppingBefore(first, changes, skipsSettling), later, told).then(() => {
      isDone = true;
    }, unlessCut);
    for (let set = 0, names = 0; set < 2 ** names || set === 0; set += 1) {
      const store = first.copy();
      let asked = 0;
      const isInSet = (key: string): boolean => !key.startsWith('writing/') && ((set >> asked++) & 1) === 1;
      store.cutPower({ keeps: isInSet, bringsBack: isInSet });
      names = asked;
      expect(names).toBeLessThanOrEqual(mostUnsettled);
      const { at, faults: wrong } = await lookTwice(store, told);
      for (const fault of wrong) faults.add(fault);
      newest.add(at);
      if (isDone && at !== later) faults.add('it was said to be done, and is not there');
      cuts += 1;
    }
  }
  return { cuts, faults: [...faults], newest };
}

describe('whenever the power is cut while a mark is published', () => {
  test('the new one is there whole or the one before, whatever names are kept, and one that was published is there', {
    timeout: 120_000,
  }, async () => {
    const { cuts, faults, newest } = await cutEverywhere();
    expect(faults).toEqual([]);
    expect(newest).toEqual(new Set([earlier, later]));
    expect(cuts).toBeGreaterThan(20);
  });

  test('without settling the pieces before the mark, one stands for the newest and lacks what it names', {
    timeout: 120_000,
  }, async () => {
    const { faults } = await cutEverywhere((prefix) => prefix.startsWith('pieces/'));
    expect(faults).toContain('a piece of it is missing');
  });

  test('without settling the list of its pieces before the mark, one is there of which nobody knows what it needs', {
    timeout: 120_000,
  }, async () => {
    const { faults } = await cutEverywhere((prefix) => prefix.startsWith('backups/'));
    expect(faults).toContainEqual(expect.stringContaining('collection: '));
  });
});
