import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  content,
  edit,
  environment,
  idOf,
  keysOf,
  type PreparedRepository,
  publishExample,
} from './backup-repository.fixture.ts';
import type { BackupRepository } from './backup-repository.ts';

/** Who writes, and who must not meanwhile. */
export function describeClaims(prepared: () => PreparedRepository): void {
  test('two writers of one environment exclude each other until the first releases', async () => {
    const first = await prepared().open().beginWriting(environment, 'first');
    await expect(prepared().open().beginWriting(environment, 'second')).rejects.toMatchObject({
      code: 'BACKUP_UNDER_WAY',
      message: expect.stringContaining('first'),
    });
    await first.renew();
    const elsewhere = await prepared().open().beginWriting('other-prod', 'second');
    await elsewhere.release();
    await first.release();
    await (await prepared().open().beginWriting(environment, 'second')).release();
  });

  test('of many who begin at once, one does', async () => {
    const writers = Array.from({ length: 6 }, (_, index) => prepared().open().beginWriting(environment, `${index}`));
    const begun = (await Promise.allSettled(writers)).filter(({ status }) => status === 'fulfilled');
    expect(begun.length).toBeLessThanOrEqual(1);
    for (const { value } of begun as PromiseFulfilledResult<{ release(): Promise<void> }>[]) await value.release();
    const next = await prepared().open().beginWriting(environment, 'next');
    await next.release();
  });

  test('a writer that lives keeps its claim for longer than a lease', async () => {
    const claim = await prepared().open().beginWriting(environment, 'first');
    await sleep((prepared().terms.suspectSeconds + 0.5) * 1_000);
    await expect(prepared().open().beginWriting(environment, 'second')).rejects.toMatchObject({
      code: 'BACKUP_UNDER_WAY',
    });
    await claim.renew();
    await claim.release();
  });

  test('a resumed writer takes its own claim over, and the one that was thought dead learns it', async () => {
    const before = await prepared().open().beginWriting(environment, 'run-7');
    const after = await prepared().open().beginWriting(environment, 'run-7');
    await expect(before.renew()).rejects.toMatchObject({ code: 'BACKUP_UNDER_WAY' });
    await after.renew();
    await after.release();
  });

  test('a writer that lost its claim cannot publish any more', async () => {
    const repository = prepared().open();
    await publishExample(repository, 8);
    await repository.beginWriting(environment, 'run-7');
    const after = await prepared().open().beginWriting(environment, 'run-7');
    await expect(publishExample(repository, 9)).rejects.toMatchObject({ code: 'BACKUP_UNDER_WAY' });
    await after.release();
    expect((await repository.list(environment)).good).toHaveLength(1);
  });
}

/** What is deleted, and what never. */
export function describeCollection(prepared: () => PreparedRepository): void {
  const names = async (repository: BackupRepository) =>
    (await Array.fromAsync(repository.listPieces())).map(({ sha256 }) => sha256);

  test('what no backup names is deleted, and what one names stays', async () => {
    const repository = prepared().open();
    const shared = content();
    const first = await publishExample(repository, 8, [shared, content()]);
    const second = await publishExample(repository, 9, [shared]);
    const alone = (await repository.putPiece(content())).piece;
    await sleep(20);
    expect(await repository.collect({ dryRun: true })).toMatchObject({ pieces: 1, kept: 6, isComplete: true });
    expect(await names(repository)).toContain(alone.sha256);
    expect(await repository.collect({ dryRun: false })).toMatchObject({ pieces: 1, kept: 6, locked: 0 });
    await repository.withdraw(environment, idOf(8));
    expect((await repository.list(environment)).good.map(({ manifest }) => manifest.id)).toEqual([idOf(9)]);
    expect(await repository.collect({ dryRun: false })).toMatchObject({ pieces: 3, kept: 3 });
    const left = await names(repository);
    expect(left).toEqual([second.dump, second.index, ...second.pieces].map(({ sha256 }) => sha256).sort());
    expect(left).not.toContain(first.dump.sha256);
  });

  test('what is younger than the grace stays', async () => {
    const repository = prepared().open({ graceSeconds: 3_600 });
    await repository.putPiece(content());
    expect(await repository.collect({ dryRun: false })).toMatchObject({ pieces: 0, kept: 1 });
  });

  test('while a backup is written everything is spared, and when its writer has died it is not', async () => {
    const repository = prepared().open();
    await repository.putPiece(content());
    const claim = await prepared().open().beginWriting(environment, 'first');
    expect(await repository.collect({ dryRun: false })).toMatchObject({ pieces: 0, isComplete: false });
    await claim.release();
    expect(await repository.collect({ dryRun: false })).toMatchObject({ pieces: 1, isComplete: true });
  });

  test('by a manifest that cannot be believed nothing is deleted', async () => {
    const repository = prepared().open();
    await publishExample(repository);
    await repository.putPiece(content());
    await edit(prepared().store, '.sig', () => undefined);
    await expect(repository.collect({ dryRun: false })).rejects.toMatchObject({ code: 'MANIFEST_UNTRUSTED' });
    expect(await names(repository)).toHaveLength(4);
    await repository.withdraw(environment, idOf(8));
    expect(await repository.collect({ dryRun: false })).toMatchObject({ pieces: 4 });
  });

  test('by a list of pieces that was shortened nothing is deleted', async () => {
    const repository = prepared().open();
    await publishExample(repository);
    await edit(prepared().store, '.zst', (body) => body.subarray(0, 20));
    await expect(repository.collect({ dryRun: false })).rejects.toMatchObject({ code: 'CONTENT_ALTERED' });
    expect(await names(repository)).toHaveLength(3);
  });

  test('what an unfinished publication left is removed, and nothing else under backups', async () => {
    const repository = prepared().open();
    await publishExample(repository, 8);
    await publishExample(repository, 9);
    await prepared().store.delete(`backups/${environment}/${idOf(9)}/manifest.json`);
    await sleep(20);
    await repository.collect({ dryRun: false });
    const left = await keysOf(prepared().store, '');
    expect(left.filter((key) => key.includes(idOf(9)))).toEqual([]);
    expect(left.filter((key) => key.includes(idOf(8)))).toHaveLength(3);
  });

  test('claims that are over do not pile up', async () => {
    const repository = prepared().open();
    for (let round = 0; round < 5; round += 1) {
      const claim = await repository.beginWriting(environment, `run-${round}`);
      await claim.renew();
      await claim.release();
    }
    await repository.collect({ dryRun: false });
    const keys = await keysOf(prepared().store, '');
    expect(keys.filter((key) => key.startsWith('writing/')).length).toBeLessThanOrEqual(4);
  });
}
